"""Begin and end to view the portal as a contact, both audited (TEN-6)."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from portal.access.policies import can_preview
from portal.accounts.models import Contact, User
from portal.accounts.queries import staff_member_of
from portal.audit.domain import record
from portal.kit import clock

# Nobody looks at one contact's portal for longer without saying so again.
PREVIEW_LASTS = timedelta(minutes=30)


class PreviewEnd(StrEnum):
    """Why a preview ended, as the audit says it."""

    STOPPED = "stopped"
    SIGNED_OUT = "signed out"
    TIME = "time limit"
    WITHDRAWN = "no longer allowed"


@transaction.atomic
def start_preview(contact: Contact, *, by: User) -> datetime:
    """Let this member of staff view the portal as the contact; until when.

    Raises NotAllowed with the reason.
    """
    can_preview(staff_member_of(by), contact).require()
    until = clock.now() + PREVIEW_LASTS
    record(by, "preview.start", contact, after={"until": until.isoformat()})
    return until


@transaction.atomic
def stop_preview(contact: Contact, *, by: User, why: PreviewEnd) -> None:
    """Note that it ended, and why."""
    record(by, "preview.stop", contact, after={"why": why.value})
