"""The short statements of a claim between lock and write, while others wait (SCH-3)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from portal.tenancy.scope import current_tenant


def lock_contact(contact_id: UUID) -> None:
    """Let one contact's requests pass one after another until the transaction ends: a form sent twice, two tabs."""
    _first(
        "SELECT 1 FROM accounts_contact WHERE tenant_id = %(tenant)s AND id = %(contact)s FOR NO KEY UPDATE",
        contact=contact_id,
    )


def is_known(contact_id: UUID, request_key: UUID | None, place_id: UUID, starts: datetime) -> bool:
    """Whether the contact holds a time, has sent this request before, or booked that time there; usually nothing of it."""
    return _first(
        "SELECT EXISTS (SELECT FROM scheduling_booking WHERE tenant_id = %(tenant)s AND contact_id = %(contact)s"
        " AND (status = 'held' OR request_key = %(key)s::uuid"
        " OR (place_id = %(place)s AND %(starts)s IN (arrives_at, window_starts_at))))",
        contact=contact_id,
        key=request_key,
        place=place_id,
        starts=starts,
    )


class Locked(NamedTuple):
    """A resource under its lock."""

    is_open: bool
    has_expired_holds: bool


def lock_resource(resource_id: UUID, now: datetime) -> Locked:
    """Lock the resource against other bookings until the transaction or savepoint ends.

    Whether holds that had run out at `now` still occupy it is answered as of before the lock was got: there may be
    fewer of them by then, never more.
    """
    found = _row(
        "SELECT is_active AND is_self_schedulable, EXISTS ("
        " SELECT FROM scheduling_booking WHERE tenant_id = %(tenant)s AND resource_id = %(resource)s"
        " AND status = 'held' AND hold_expires_at <= %(now)s)"
        " FROM scheduling_bookableresource WHERE tenant_id = %(tenant)s AND id = %(resource)s FOR NO KEY UPDATE",
        resource=resource_id,
        now=now,
    )
    return Locked(*found) if found else Locked(is_open=False, has_expired_holds=False)


def lock_resources(ids: Iterable[UUID], now: datetime) -> None:
    """Lock several resources, always in one order, so that nobody waits in a circle."""
    for resource_id in sorted(set(ids)):
        lock_resource(resource_id, now)


def _first(statement: str, **values):
    row = _row(statement, **values)
    return row[0] if row else None


def _row(statement: str, **values) -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant().pk, **values})
        return cursor.fetchone()
