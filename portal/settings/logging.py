"""Structured logs: one JSON object a line, with request id and tenant (OPS-3)."""

import re

import structlog

# What opens something to whoever knows it stands in no log.
SECRET_PATH = re.compile(
    r"(/v/|/calendar/|/notifications/unsubscribe/|/accounts/password/reset/key/|/accounts/confirm-email/)[A-Za-z0-9_:-]+"
)


def add_tenant(logger, method_name, event_dict):
    """Name the tenant in scope on every line."""
    from portal.tenancy.scope import active_tenant  # noqa: PLC0415  settings load before apps

    tenant = active_tenant()
    if tenant is not None:
        event_dict.setdefault("tenant", tenant.slug)
    return event_dict


def hide_secrets(logger, method_name, event_dict):
    """Blacken the codes of links in whatever a line says (SECURITY 26)."""
    for name, value in event_dict.items():
        if isinstance(value, str) and "/" in value:
            event_dict[name] = SECRET_PATH.sub(r"\1…", value)
    return event_dict


SHARED = [
    structlog.contextvars.merge_contextvars,
    add_tenant,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    hide_secrets,
]


def configure(*, level: str = "INFO", json: bool = True) -> dict:
    """Configure structlog and return Django's LOGGING."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": renderer,
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django.server": {"level": "WARNING"}, "uvicorn.access": {"level": "WARNING"}},
    }
