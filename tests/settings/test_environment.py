"""Production refuses weak secrets and missing variables by name (SECURITY 37)."""

import os
import secrets
import subprocess
import sys

import pytest

from portal.settings.env import ImproperlyConfigured, database, flag, integer, mail, mapping, secret

STRONG = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "DATABASE_URL": "postgresql://web:secret@db.example/callout",
    "REDIS_URL": "redis://cache.example:6379/0",
    "EMAIL_URL": "smtp+tls://mail.example:587",
    "PLATFORM_HOST": "portal.example",
}


def start(**changes) -> subprocess.CompletedProcess:
    """Load the production settings in a process of their own."""
    environment = {"PATH": os.environ["PATH"], **STRONG, **changes}
    environment = {name: value for name, value in environment.items() if value is not None}
    command = "import django; from django.conf import settings; settings.INSTALLED_APPS"
    return subprocess.run(
        [sys.executable, "-c", command],
        env={**environment, "DJANGO_SETTINGS_MODULE": "portal.settings.production"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_everything_set():
    assert start().returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "insecure-" + "x1y2z3" * 12),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "sqlite:///x"),
        ("REDIS_URL", None),
        ("EMAIL_URL", None),
        ("PLATFORM_HOST", None),
        ("DATABASE_POOL", "many"),
    ],
)
def test_what_is_missing_or_weak_is_named(name, value):
    result = start(**{name: value})
    assert result.returncode != 0
    assert name in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (lambda name: flag(name, default=False), "perhaps"),
        (lambda name: integer(name, 1), "-1"),
        (lambda name: integer(name, 1, maximum=5), "6"),
        (lambda name: database(name, pool_size=0), "mysql://x"),
        (mail, "http://x"),
        (secret, "a" * 80),
        (mapping, "[1]"),
    ],
)
def test_nonsense_is_refused_by_name(monkeypatch, reader, value):
    monkeypatch.setenv("SOME_VARIABLE", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_VARIABLE"):
        reader("SOME_VARIABLE")
