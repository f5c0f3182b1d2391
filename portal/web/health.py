"""`/healthz`, `/readyz` and `/metrics`, answered on any host before a tenant is looked for (OPS-3, SECURITY 21)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse, JsonResponse
from psycopg_pool import PoolTimeout

from portal.kit import clock
from portal.tenancy.models import Heartbeat

HEARTBEAT_LIMIT_SECONDS = 60
READ_METHODS = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Probe:
    """`measure()` gives an age in seconds, None where nothing waits; above `limit` the system is not ready."""

    name: str
    measure: Callable[[], float | None]
    limit: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a probe found."""

    name: str
    is_ready: bool
    age: float | None

    def as_dict(self) -> dict:
        return {"ready": self.is_ready, "age_seconds": None if self.age is None else round(self.age, 1)}


_probes: dict[str, Probe] = {}


def register_probe(name: str, measure: Callable[[], float | None], *, limit: float) -> None:
    """Let `/readyz` ask for an age in seconds, for example of the oldest message that waits."""
    _probes[name] = Probe(name, measure, limit)


def heartbeat_reading() -> Reading:
    """How long ago a worker did a real task; never is not ready."""
    beat_at = Heartbeat.objects.filter(name="worker").order_by("pk").values_list("beat_at", flat=True).first()
    age = None if beat_at is None else (clock.now() - beat_at).total_seconds()
    return Reading("worker", age is not None and age <= HEARTBEAT_LIMIT_SECONDS, age)


def readings() -> list[Reading]:
    """Everything readiness depends on. A database that does not answer is not ready, and nothing else is asked."""
    try:
        with transaction.atomic():
            found = [Reading("database", connection.is_usable(), None), heartbeat_reading()]
            for probe in _probes.values():
                age = probe.measure()
                found.append(Reading(probe.name, age is None or age <= probe.limit, age))
    except (DatabaseError, PoolTimeout):
        return [Reading("database", is_ready=False, age=None)]
    return found


def healthz() -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz() -> HttpResponse:
    """503 unless database, worker and outbox are well."""
    found = readings()
    is_ready = all(each.is_ready for each in found)
    response = JsonResponse(
        {"status": "ready" if is_ready else "not ready", "checks": {each.name: each.as_dict() for each in found}},
        status=200 if is_ready else 503,
    )
    if not is_ready:
        response["Retry-After"] = "10"
    return response


def metrics() -> HttpResponse:
    """The same readings as Prometheus text."""
    lines = ["# HELP callout_ready Whether a part works.", "# TYPE callout_ready gauge"]
    found = readings()
    lines += [f'callout_ready{{part="{each.name}"}} {int(each.is_ready)}' for each in found]
    lines += ["# HELP callout_age_seconds Age of the oldest thing that waits.", "# TYPE callout_age_seconds gauge"]
    lines += [f'callout_age_seconds{{part="{each.name}"}} {each.age:.1f}' for each in found if each.age is not None]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8")


ANSWERS = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


class HealthMiddleware:
    """Answers the probes; everything else goes on to the portal."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = ANSWERS.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in READ_METHODS:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = answer()
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response
