"""The rows of the section's lists and pages: what hides the customer until a partner accepts is not even read (PRT-4)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from partners.enums import LOST_STATUSES, OF_STATE, WON_STATUSES, Outcome, State
from partners.models import Delivery, Opportunity, OpportunityContact, OpportunityProduct
from partners.queries.opportunities import WHOLE, standing
from portal.access.viewer import Viewer
from portal.accounts.enums import Section

MONEY = DecimalField(max_digits=14, decimal_places=3)
OPEN = Q(status__in=OF_STATE[State.OPEN])
WON = Q(status__in=WON_STATUSES)
LOST = Q(status__in=LOST_STATUSES)
EVERY = Q(number__gte="")
# All that is read of an opportunity that its partner has not accepted.
TOLD = (
    "number",
    "tenant",
    "partner",
    "owner",
    "status",
    "phase",
    "source",
    "currency",
    "estimated_revenue",
    "is_exposed",
    "created_at",
    "lead_type__name",
)
FOUND = 10
GIVEN_UP = (Outcome.DECLINED, Outcome.EXPIRED, Outcome.RETURNED)


def any_list(viewer: Viewer) -> QuerySet:
    """Opportunities in whatever state, with what a teaser tells and no more."""
    return with_money(Opportunity.objects.all(), viewer).select_related("lead_type").only(*TOLD)


def teaser_list(viewer: Viewer) -> QuerySet:
    """What waits for an answer: where it is, what it is about, until when; neither the customer nor the words of staff."""
    return (
        any_list(viewer)
        .filter(~WHOLE)
        .annotate(
            city=at_place("city"),
            territory=Coalesce("place__territory__name", *of_customer("territory__name"), Value("")),
            product_names=product_names(),
            delivered_at=standing("delivered_at"),
            expires_at=standing("expires_at"),
        )
    )


def of_customer(field: str) -> tuple[str, str]:
    """The paths to what staff said of the account itself, and to what is known of its address."""
    return f"customer__{field}", f"customer__place__{field}"


def at_place(field: str) -> Coalesce:
    """A part of the address: the opportunity's own, or that of the customer's account."""
    return Coalesce(f"place__{field}", f"customer__place__{field}", Value(""))


def product_names() -> ArraySubquery:
    """What the customer is interested in."""
    rows = OpportunityProduct.objects.filter(opportunity=OuterRef("pk")).order_by("product__name", "pk")
    return ArraySubquery(rows.values("product__name"))


def with_money(opportunities: QuerySet, viewer: Viewer) -> QuerySet:
    """`sees_money` as `portal.access.money` has it; `seen_revenue` is 0 where it is not, so that no order tells."""
    sees_money = viewer.paying(Section.OPPORTUNITIES, "partner")
    return opportunities.annotate(
        sees_money=ExpressionWrapper(sees_money, output_field=BooleanField()),
        seen_revenue=Case(
            When(sees_money, then=Coalesce("estimated_revenue", Value(0), output_field=MONEY)),
            default=Value(0),
            output_field=MONEY,
        ),
    )


def managed_list(viewer: Viewer) -> QuerySet:
    """What the viewer sees whole: accepted, worked on, closed, of its own, or collaborated on."""
    return (
        with_money(Opportunity.objects.filter(WHOLE), viewer)
        .select_related("owner", "lead_type")
        .annotate(
            customer_name=customer_name(),
            city=at_place("city"),
            product_names=product_names(),
            since=since(),
        )
        .defer("situation", "need", "solution", "internal_notes", "external_number")
    )


def managed_detail(viewer: Viewer) -> QuerySet:
    """The same with everything that a page shows."""
    return (
        with_money(Opportunity.objects.filter(WHOLE), viewer)
        .select_related("customer__place", "contact", "place", "lead_type", "owner", "partner")
        .annotate(
            customer_name=customer_name(),
            product_names=product_names(),
            since=since(),
        )
        .defer("internal_notes", "external_number")
    )


def since() -> Coalesce:
    """When the partner accepted it, or created it."""
    return Coalesce(standing("accepted_at"), F("created_at"), output_field=DateTimeField())


def customer_name() -> Coalesce:
    """The account's name, or the prospect's."""
    return Coalesce("customer__name", "prospect_name", output_field=CharField())


def opportunity_matches(viewer: Viewer, word: str) -> Q:
    """What a search of managed ones looks at: reference, topic, and the customer's name."""
    return (
        Q(number__icontains=word)
        | Q(topic__icontains=word)
        | Q(customer__name__icontains=word)
        | Q(prospect_name__icontains=word)
    )


def teaser_matches(viewer: Viewer, word: str) -> Q:
    """What a search of delivered ones looks at: what is shown of them."""
    return (
        Q(number__icontains=word)
        | Q(city__icontains=word)
        | Q(lead_type__name__icontains=word)
        | Q(pk__in=OpportunityProduct.objects.filter(product__name__icontains=word).values("opportunity"))
    )


def find_opportunities(viewer: Viewer, text: str) -> QuerySet:
    """For the portal's search: those that the viewer sees whole, the latest first."""
    found = managed_list(viewer).visible_to(viewer).filter(opportunity_matches(viewer, text))
    return found.order_by("-active_at", "-pk")[:FOUND]


def people_of(opportunity: Opportunity, limit: int) -> list[OpportunityContact]:
    """Whom the partner came to know at the customer, in the order of their coming."""
    rows = OpportunityContact.objects.filter(opportunity=opportunity)
    return list(rows.order_by("created_at", "pk")[:limit])


def known_people(viewer: Viewer, opportunity: Opportunity, limit: int) -> list[OpportunityContact]:
    """People of the viewer's other opportunities who are not on this one yet, the latest first."""
    seen = Opportunity.objects.filter(WHOLE, partner=opportunity.partner_id).visible_to(viewer)
    here = OpportunityContact.objects.filter(opportunity=opportunity).exclude(email="")
    rows = OpportunityContact.objects.filter(opportunity__in=seen).exclude(opportunity=opportunity).exclude(email="")
    return list(rows.exclude(email__in=here.values("email")).order_by("-created_at", "-pk")[:limit])


def ended_delivery(viewer: Viewer, pk) -> Delivery | None:
    """How an opportunity left the viewer's accounts: declined, expired or returned; None where it never was theirs."""
    rows = Delivery.objects.filter(viewer.within(Section.OPPORTUNITIES, "partner"), opportunity=pk)
    return rows.filter(outcome__in=GIVEN_UP).order_by("-ended_at", "-pk").first()
