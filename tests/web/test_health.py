"""`/healthz`, `/readyz`, `/metrics` (OPS-3)."""

import datetime as dt

import pytest
from django.db import OperationalError
from django.test import Client

from portal.kit import clock
from portal.tenancy.models import Heartbeat
from portal.web import health


@pytest.fixture
def browser():
    return Client(headers={"host": "anything.example"})


@pytest.fixture
def only_these(monkeypatch):
    """Without the probes of other apps."""
    monkeypatch.setattr(health, "_probes", {})


def beat(seconds_ago):
    Heartbeat.objects.create(name="worker", beat_at=clock.now() - dt.timedelta(seconds=seconds_ago))


def test_healthz_asks_nothing(browser):
    response = browser.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert response["Cache-Control"] == "no-store"


def test_ready_with_a_fresh_heartbeat(db, browser, only_these):
    beat(5)

    response = browser.get("/readyz")

    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert response.json()["checks"]["database"] == {"ready": True, "age_seconds": None}


@pytest.mark.parametrize("seconds", [None, 61])
def test_not_ready_without_a_worker(db, browser, only_these, seconds):
    if seconds is not None:
        beat(seconds)

    response = browser.get("/readyz")

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert not response.json()["checks"]["worker"]["ready"]


@pytest.mark.parametrize(("age", "status"), [(None, 200), (10, 200), (121, 503)])
def test_registered_probe_counts(db, browser, only_these, age, status):
    beat(1)
    health.register_probe("outbox", lambda: age, limit=120)

    response = browser.get("/readyz")

    assert response.status_code == status
    assert response.json()["checks"]["outbox"]["age_seconds"] == age


def test_database_away_is_503_and_says_nothing_of_it(db, browser, only_these, monkeypatch):
    def fail():
        raise OperationalError("password authentication failed for user callout_app")

    monkeypatch.setattr(health, "heartbeat_reading", fail)

    response = browser.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {"database": {"ready": False, "age_seconds": None}}
    assert "callout_app" not in response.text


def test_metrics_are_prometheus_text(db, browser, only_these):
    beat(3)

    response = browser.get("/metrics")

    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'callout_ready{part="worker"} 1' in response.text
    assert 'callout_age_seconds{part="worker"} 3' in response.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_only_reading(browser, path):
    assert browser.post(path).status_code == 405


def test_head_of_healthz(browser):
    assert browser.head("/healthz").status_code == 200
