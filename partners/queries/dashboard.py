"""What a partner's dashboard shows: sums, and what wants attention, each opportunity once (PRT-7, DYNAMICS 5.9)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, Q, QuerySet, Sum, Value, When

from partners.enums import WORKED_STATUSES, Alert, OpportunityStatus, Phase
from partners.models import Opportunity, PartnerSettings
from partners.queries.lists import managed_list, teaser_list, with_money
from partners.queries.opportunities import with_alerts
from portal.access.viewer import Viewer
from portal.tenancy.scope import current_tenant

# So many lines in each part of the dashboard.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Total:
    """How many, and what they may be worth in the company's currency, as far as the viewer sees it."""

    count: int = 0
    value: Decimal = Decimal(0)

    def __add__(self, other: "Total") -> "Total":
        return Total(self.count + other.count, self.value + other.value)


@dataclass(frozen=True, slots=True)
class Totals:
    """The tiles: what waits for an answer, what is worked on, and that by phase."""

    new: Total
    accepted: Total
    by_phase: dict[Phase, Total]


def totals(viewer: Viewer) -> Totals:
    """All open opportunities of the viewer's, counted by one query."""
    open_ones = Opportunity.objects.filter(status__in=(OpportunityStatus.DELIVERED, *WORKED_STATUSES))
    is_new = ExpressionWrapper(Q(status=OpportunityStatus.DELIVERED), output_field=BooleanField())
    rows = (
        with_money(open_ones.visible_to(viewer), viewer)
        .annotate(is_new=is_new)
        .order_by("is_new", "phase")
        .values("is_new", "phase")
        .annotate(count=Count("pk"), value=Sum("seen_revenue", filter=Q(currency=current_tenant().currency)))
    )
    found = [(each["is_new"], Phase(each["phase"]), Total(each["count"], each["value"] or Decimal(0))) for each in rows]
    by_phase = {phase: total for is_new, phase, total in found if not is_new}
    return Totals(
        new=sum((total for is_new, _phase, total in found if is_new), Total()),
        accepted=sum(by_phase.values(), Total()),
        by_phase={phase: by_phase.get(phase, Total()) for phase in Phase},
    )


def next_to_expire(viewer: Viewer) -> list[Opportunity]:
    """What waits for an answer, the next to expire first, and one more where there are more than are shown."""
    return list(teaser_list(viewer).visible_to(viewer).order_by("expires_at", "pk")[: SHOWN + 1])


def wanting_attention(viewer: Viewer, settings: PartnerSettings) -> list[Opportunity]:
    """What is overdue, then what may be stalled, each by its customer's name; and one more where there are more."""
    severity = Case(When(alert=Alert.OVERDUE, then=Value(0)), default=Value(1))
    rows: QuerySet = with_alerts(managed_list(viewer).visible_to(viewer), settings).exclude(alert="")
    return list(rows.annotate(severity=severity).order_by("severity", "customer_name", "pk")[: SHOWN + 1])
