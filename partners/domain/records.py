"""What a partner's deliveries come to (PRT-3): counted from the deliveries each time, never added to."""

from collections.abc import Iterable

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum

from partners.enums import OPEN_OUTCOMES, Outcome
from partners.models import Delivery, PartnerProgramme, PartnerRecord

DAY_SECONDS = 86_400
CLOSED = Q(outcome__in=[Outcome.WON, Outcome.LOST])
COUNTS = {
    "open_count": Q(outcome__in=OPEN_OUTCOMES),
    "delivered": Q(),
    "accepted": Q(accepted_at__isnull=False),
    "declined": Q(outcome=Outcome.DECLINED),
    "expired": Q(outcome=Outcome.EXPIRED),
    "returned": Q(outcome=Outcome.RETURNED),
    "won": Q(outcome=Outcome.WON),
    "closed": CLOSED,
    "reported": Q(reported_at__isnull=False),
    "feedback": Q(feedback_at__isnull=False),
}
TAKEN = ExpressionWrapper(F("ended_at") - F("accepted_at"), output_field=DurationField())


def count_record(programme: PartnerProgramme) -> dict:
    """The values of the partner's record as its deliveries are now, by field of `PartnerRecord`."""
    found = Delivery.objects.filter(partner_id=programme.account_id).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in COUNTS.items()},
        taken=Sum(TAKEN, filter=CLOSED),
    )
    taken = found.pop("taken")
    return found | {"days": taken.total_seconds() / DAY_SECONDS if taken else 0.0}


def refresh_records(programmes: Iterable[PartnerProgramme]) -> None:
    """Write the records of these partners anew. Their rows in the programme are locked, so that none misses another's delivery."""
    for programme in programmes:
        PartnerRecord.objects.update_or_create(programme=programme, defaults=count_record(programme))
