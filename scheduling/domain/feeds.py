"""Private calendar addresses: one a contact, a new one ends the old one, kept is the code's hash only (NOT-3, SECURITY 26)."""

import hashlib
import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from notifications.calendar import Method, feed
from notifications.links import absolute, site_url
from portal.access.viewer import viewer_for
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.tenancy.scope import current_tenant
from scheduling.calendar import visit_of
from scheduling.domain.rules import load_settings
from scheduling.enums import BookingStatus
from scheduling.models import CalendarFeed
from scheduling.queries import appointment_list

CODE_BYTES = 24
CODE = re.compile(r"[A-Za-z0-9_-]{32}")
PAST = timedelta(days=90)
MOST_VISITS = 500
# How often the time of reading is written.
READ_EVERY = timedelta(minutes=10)


@transaction.atomic
def make_feed(contact: Contact, *, by=None) -> str:
    """The contact's new calendar address, to be shown once; a former one is worthless from now on. Audited."""
    code = secrets.token_urlsafe(CODE_BYTES)
    row, _is_new = CalendarFeed.objects.update_or_create(
        contact=contact, defaults={"code_hash": hash_of(code), "created_at": clock.now(), "read_at": None}
    )
    record(by, "calendar_feed.make", row)
    return absolute(reverse("calendar_feed:file", args=[code]), current_tenant())


@transaction.atomic
def revoke_feed(contact: Contact, *, by=None) -> None:
    """End the contact's calendar address; audited. Without one nothing changes."""
    row = CalendarFeed.objects.filter(contact=contact).order_by("pk").first()
    if row is not None:
        record(by, "calendar_feed.revoke", row)
        row.delete()


def feed_of(contact: Contact) -> CalendarFeed | None:
    """The contact's calendar address, without its code."""
    return CalendarFeed.objects.filter(contact=contact).order_by("pk").first()


def read_feed(code: str) -> bytes | None:
    """The calendar of this code, through its contact's eyes; None for a code that opens nothing."""
    row = find_feed(code)
    if row is None:
        return None
    now = clock.now()
    if row.read_at is None or row.read_at < now - READ_EVERY:
        CalendarFeed.objects.filter(pk=row.pk).update(read_at=now)
    viewer, settings = viewer_for(row.contact), load_settings()
    site = site_url(current_tenant())
    visible = appointment_list(viewer).visible_to(viewer).filter(arrives_at__gte=now - PAST)
    visits = (
        (
            visit_of(each, row.contact, settings, site=site),
            Method.CANCEL if each.status == BookingStatus.CANCELED else Method.REQUEST,
            each.canceled_at or each.created_at,
        )
        for each in visible.order_by("arrives_at", "pk")[:MOST_VISITS]
    )
    return feed(current_tenant().name, visits)


def find_feed(code: str) -> CalendarFeed | None:
    """The address of this code, while its contact may enter."""
    if not CODE.fullmatch(code):
        return None
    rows = CalendarFeed.objects.filter(
        code_hash=hash_of(code), contact__is_active=True, contact__account__is_active=True
    )
    return rows.select_related("contact__account").order_by("pk").first()


def hash_of(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()
