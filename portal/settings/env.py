"""Typed readers of the environment. They refuse nonsense by the variable's name."""

import json
import os
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured

MINIMUM_SECRET_LENGTH = 50
MINIMUM_SECRET_VARIETY = 8
# A statement is prepared when a connection has met it so often.
PREPARE_AFTER = 3


def text(name: str, default: str | None = None) -> str:
    """The variable's text; without a default it must be set."""
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise ImproperlyConfigured(f"{name} is not set.")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def integer(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
    value = os.environ.get(name, "").strip()
    if value == "":
        return default
    if not value.isdecimal() or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(f"{name} must be a whole number from {minimum} to {maximum}, not {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def origins(address: str) -> list[str]:
    """Scheme and host of an address with placeholders, as a content security policy names them; none for none."""
    if not address:
        return []
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{address!r} must begin with https:// and a host.")
    return [f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"]


def mapping(name: str) -> dict:
    """A JSON object; empty when the variable is not set."""
    value = os.environ.get(name, "").strip() or "{}"
    try:
        found = json.loads(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a JSON object.") from error
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object.")
    return found


def secret(name: str) -> str:
    """A secret that is set, long enough and no example."""
    value = text(name)
    if len(value) < MINIMUM_SECRET_LENGTH or len(set(value)) < MINIMUM_SECRET_VARIETY or "insecure" in value:
        raise ImproperlyConfigured(f"{name} is too weak: use at least {MINIMUM_SECRET_LENGTH} random characters.")
    return value


def database(name: str, *, pool_size: int) -> dict:
    """Django's entry for a `postgresql://` address, with psycopg's pool when `pool_size` is above 0."""
    address = urlsplit(text(name))
    if address.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://; Callout runs on PostgreSQL only.")
    query = dict(parse_qsl(address.query))
    options: dict = {
        # Plans are kept on connections that are ours alone. Behind PgBouncer (pool_size 0) a statement may meet another
        # connection each time, so that nothing is prepared there.
        "prepare_threshold": PREPARE_AFTER if pool_size else None,
        "server_side_binding": True,
        "options": "-c statement_timeout=30000 -c lock_timeout=8000 -c idle_in_transaction_session_timeout=60000",
    }
    if "sslmode" in query:
        options["sslmode"] = query["sslmode"]
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 15, "max_idle": 300}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.lstrip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": query.get("host") or unquote(address.hostname or ""),
        "PORT": str(address.port or query.get("port") or ""),
        "OPTIONS": options,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "CONN_MAX_AGE": 0,
        # The pool tries a connection before it lends it: a restart of PostgreSQL costs no request afterwards.
        "CONN_HEALTH_CHECKS": bool(pool_size),
    }


def mail(name: str, default: str | None = None) -> dict:
    """Django's mail settings for an `smtp://` or `smtps://` address; `smtp+tls://` asks for STARTTLS."""
    address = urlsplit(text(name, default))
    if address.scheme not in {"smtp", "smtps", "smtp+tls"}:
        raise ImproperlyConfigured(f"{name} must begin with smtp://, smtps:// or smtp+tls://.")
    return {
        "EMAIL_HOST": address.hostname or "127.0.0.1",
        "EMAIL_PORT": address.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[address.scheme],
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_SSL": address.scheme == "smtps",
        "EMAIL_USE_TLS": address.scheme == "smtp+tls",
    }


def redis_of_test_process(name: str) -> str:
    """The Redis address with a database number of its own for each process of a parallel test run."""
    address = urlsplit(text(name))
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    number = int(address.path.lstrip("/") or 0) + int(worker)
    return urlunsplit(address._replace(path=f"/{number}"))
