"""Staff end an opportunity that no partner has (DYNAMICS 5.1)."""

from django.db import transaction
from django.utils.translation import gettext as _

from partners.domain.deliveries import check_free
from partners.domain.history import Actor, keep, write_event
from partners.domain.locks import lock, refresh
from partners.enums import EventKind, OpportunityStatus
from partners.models import Opportunity
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict


@transaction.atomic
def drop(opportunity: Opportunity, *, text: str = "", by: Actor) -> Opportunity:
    """Cancel what nobody has; audited, no partner's record changes. Repeating changes nothing.

    Raises Conflict where a partner has it or it was closed otherwise, DomainError for what a partner created.
    """
    locked = lock(opportunity)
    if locked.status == OpportunityStatus.CANCELED and locked.partner_id is None:
        return refresh(opportunity, locked)
    if locked.status != OpportunityStatus.RETURNED and locked.closed_at is not None:
        raise Conflict(_("This opportunity is closed."))
    check_free(locked)
    before, locked.status, locked.closed_at = locked.status, OpportunityStatus.CANCELED, clock.now()
    locked.is_ready = False
    write_event(locked, EventKind.CANCELED, by=by, text=text, before=before, after=locked.status, is_internal=True)
    keep(locked, "status", "closed_at", "is_ready")
    record(by.user, "opportunity.drop", locked, before={"status": before}, after={"status": locked.status})
    return refresh(opportunity, locked)
