"""What customers say of the partner that works for them (PRT-4): once for each delivery."""

from django.db import transaction
from django.utils.translation import gettext as _

from partners.domain.history import Actor, keep, write_event
from partners.domain.locks import lock, lock_programmes
from partners.domain.records import refresh_records
from partners.enums import EventKind
from partners.models import CustomerFeedback, Delivery
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.texts import seen

RATINGS = range(1, 6)
COMMENT_LENGTH = 2000


@transaction.atomic
def give_feedback(delivery: Delivery, *, rating: int, comment: str = "", by: Actor) -> CustomerFeedback:
    """Keep the customer's rating of an accepted delivery, from 1 to 5; audited. Staff alone read it.

    Raises Conflict where it was given before, DomainError for a rating that is none.
    """
    if rating not in RATINGS:
        raise DomainError(_("Choose from one to five stars."), field="rating")
    comment = seen(comment)
    if len(comment) > COMMENT_LENGTH:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": COMMENT_LENGTH}, field="comment")
    locked = lock(delivery.opportunity)
    programmes = lock_programmes([delivery.partner_id])
    row = Delivery.objects.get(pk=delivery.pk)
    if row.feedback_at is not None:
        raise Conflict(_("Thank you, you have told us already."))
    if row.accepted_at is None:
        raise Conflict(_("Nobody has worked on this yet."))
    row.feedback_at = clock.now()
    row.save(update_fields=["feedback_at"])
    feedback = CustomerFeedback.objects.create(delivery=row, rating=rating, comment=comment, created_at=row.feedback_at)
    refresh_records(programmes.values())
    write_event(locked, EventKind.FEEDBACK, by=by, after=str(rating), is_internal=True, partner_id=row.partner_id)
    keep(locked)
    record(by.user, "partner_feedback.give", locked, after={"rating": rating, "partner": str(row.partner_id)})
    return feedback
