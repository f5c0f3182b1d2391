"""Links in messages that open one visit without sign-in until they expire or staff block them (SCH-7, SECURITY 26)."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.links import absolute
from portal.access.viewer import Viewer, viewer_for
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant
from scheduling.domain.rules import load_settings
from scheduling.models import Booking, VisitLink
from scheduling.queries import visible_appointment

CODE_BYTES = 24
CODE = re.compile(r"[A-Za-z0-9_-]{32}")
# How often the time of opening is written.
OPENED_EVERY = timedelta(minutes=1)
LONGEST_EXTENSION_HOURS = 720


def make_link(booking: Booking, contact: Contact) -> str:
    """The address that opens the visit for this contact; the code itself is kept nowhere."""
    code = secrets.token_urlsafe(CODE_BYTES)
    VisitLink.objects.create(
        booking=booking,
        contact=contact,
        code_hash=hash_of(code),
        created_at=clock.now(),
        expires_at=booking.ends_at + timedelta(hours=load_settings().link_hours),
    )
    return absolute(reverse("visit_link:open", args=[code]), current_tenant())


def hash_of(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def find_link(code: str) -> VisitLink | None:
    """The link of this code while it opens anything; None alike for a wrong, an expired and a blocked one."""
    if not CODE.fullmatch(code):
        return None
    link = (
        VisitLink.objects.select_related("booking", "contact__account")
        .filter(code_hash=hash_of(code), blocked_at__isnull=True)
        .order_by("pk")
        .first()
    )
    return link if link is not None and clock.now() < expiry_of(link, load_settings().link_hours) else None


def expiry_of(link: VisitLink, hours: int) -> datetime:
    """When the link ends: as it was given or extended, later where the visit was moved; `hours` after the visit."""
    return max(link.expires_at, link.booking.ends_at + timedelta(hours=hours))


def open_link(code: str) -> tuple[Booking, Viewer] | None:
    """The visit with the eyes of the contact to whom the link was sent, as far as that contact may still see it."""
    link = find_link(code)
    if link is None or not (link.contact.is_active and link.contact.account.is_active):
        return None
    viewer = viewer_for(link.contact)
    booking = visible_appointment(viewer, link.booking_id)
    return None if booking is None else (booking, viewer)


def note_opened(code: str) -> None:
    """Write that the link was opened now; nothing else changes by opening it."""
    now = clock.now()
    rows = VisitLink.objects.filter(code_hash=hash_of(code))
    rows.exclude(opened_at__gt=now - OPENED_EVERY).update(opened_at=now)


@transaction.atomic
def extend_link(link: VisitLink, *, hours: int, by) -> VisitLink:
    """Let the link open the visit for so many hours from now, also one that was blocked; audited.

    Raises DomainError for fewer than one hour or more than 30 days.
    """
    if not 1 <= hours <= LONGEST_EXTENSION_HOURS:
        raise DomainError(_("Extend a link by 1 to 720 hours."))
    row = VisitLink.objects.select_for_update(of=("self",), no_key=True).get(pk=link.pk)
    before = {"expires_at": row.expires_at.isoformat(), "blocked": row.blocked_at is not None}
    row.expires_at = max(row.expires_at, clock.now() + timedelta(hours=hours))
    row.blocked_at = None
    row.save(update_fields=["expires_at", "blocked_at"])
    record(by, "visit_link.extend", row, before=before, after={"expires_at": row.expires_at.isoformat()})
    return row


@transaction.atomic
def block_link(link: VisitLink, *, by) -> VisitLink:
    """Let the link open nothing any more, at once; audited. Blocking it again changes nothing."""
    row = VisitLink.objects.select_for_update(of=("self",), no_key=True).get(pk=link.pk)
    if row.blocked_at is None:
        row.blocked_at = clock.now()
        row.save(update_fields=["blocked_at"])
        record(by, "visit_link.block", row)
    return row
