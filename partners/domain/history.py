"""Who does what to an opportunity, and the history that each verb writes (PRT-4)."""

from dataclasses import dataclass
from uuid import UUID

from partners.enums import EventKind
from partners.models import Opportunity, OpportunityEvent
from portal.accounts.models import Contact, User
from portal.kit import clock
from portal.kit.texts import seen


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a contact with its login in the portal, a login alone for staff, nobody for the system."""

    contact: Contact | None = None
    user: User | None = None

    @property
    def name(self) -> str:
        if self.contact is not None:
            return self.contact.full_name
        return self.user.email if self.user is not None else ""


SYSTEM = Actor()


def write_event(
    locked: Opportunity,
    kind: EventKind,
    *,
    by: Actor,
    text: str = "",
    before: str = "",
    after: str = "",
    is_internal: bool = False,
    request_key: UUID | None = None,
    partner_id: UUID | None = None,
) -> OpportunityEvent:
    """Append to the history of a locked opportunity; the caller saves its `active_at` (`keep`)."""
    locked.active_at = clock.now()
    return OpportunityEvent.objects.create(
        opportunity=locked,
        partner_id=partner_id or locked.partner_id,
        kind=kind,
        text=seen(text),
        before=before[:200],
        after=after[:200],
        contact=by.contact,
        user=by.user,
        name=by.name[:160],
        is_internal=is_internal,
        request_key=request_key,
        at=locked.active_at,
    )


def keep(locked: Opportunity, *fields: str) -> None:
    """Save these fields of a locked opportunity, and that there was activity."""
    locked.save(update_fields=[*fields, "active_at"])


def repeat_of(locked: Opportunity, request_key: UUID | None) -> OpportunityEvent | None:
    """The entry that the same request wrote before; None for a new one."""
    if request_key is None:
        return None
    return OpportunityEvent.objects.filter(opportunity=locked, request_key=request_key).order_by("pk").first()
