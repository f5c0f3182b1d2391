"""What a partner's deliveries come to (PRT-3): counted from the deliveries each time, never added to."""

from collections.abc import Iterable

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum

from partners.enums import OPEN_OUTCOMES, Outcome
from partners.models import Delivery, PartnerProgramme, PartnerRecord
from portal.tenancy.compiled import Compiled

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


NAMES = (*COUNTS, "days")
# Asked in every distribution and every answer: the SQL is put together once.
COUNTED = Compiled(
    lambda partner: (
        Delivery.objects.filter(partner=partner)
        .order_by()
        .values("partner")
        .annotate(
            **{name: Count("pk", filter=condition) for name, condition in COUNTS.items()},
            taken=Sum(TAKEN, filter=CLOSED),
        )
        .values_list(*COUNTS, "taken")
    )
)


def count_record(programme: PartnerProgramme) -> dict:
    """The values of the partner's record as its deliveries are now, by field of `PartnerRecord`."""
    for *counts, taken in COUNTED(programme.account_id):
        days = taken.total_seconds() / DAY_SECONDS if taken else 0.0
        return dict(zip(COUNTS, counts, strict=True)) | {"days": days}
    return dict.fromkeys(COUNTS, 0) | {"days": 0.0}


def refresh_records(programmes: Iterable[PartnerProgramme]) -> None:
    """Write the records of these partners anew. Their rows in the programme are locked, so that none misses another's delivery."""
    PartnerRecord.objects.bulk_create(
        [PartnerRecord(programme=programme, **count_record(programme)) for programme in programmes],
        update_conflicts=True,
        unique_fields=["tenant", "programme"],
        update_fields=NAMES,
    )
