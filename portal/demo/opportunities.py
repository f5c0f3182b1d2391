"""Ninety days of opportunities, lived in order: distributed, answered, expired, worked, won, lost, rated (PRT-2 to PRT-6)."""

import datetime as dt
import heapq
from collections.abc import Callable
from random import Random

from notifications.models import OutboxMessage
from partners.domain.deliveries import accept, deliver
from partners.domain.distribution import decline, distribute, expire, give_back, mark_ready
from partners.domain.feedback import give_feedback
from partners.domain.history import Actor
from partners.domain.opportunities import Content, create_opportunity, create_own
from partners.domain.progress import advance, lose, note, win
from partners.domain.registration import register_deal
from partners.domain.sharing import assign, collaborate, share
from partners.enums import PHASES, Occasion, Outcome, Phase
from partners.models import Delivery, Opportunity
from portal.accounts.models import Account, Contact
from portal.demo.partners import DECLINES, RETURNS, Manner, open_programme, pause_partners, prospects
from portal.demo.work import pretend
from portal.kit import clock
from portal.tenancy.days import today
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

OURS = "M-3002"
COUNT, DAYS = 68, 88
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# Past mails about what was lived long ago.
TOLD = (
    "opportunity_delivered",
    "opportunity_reminder",
    "opportunity_accepted",
    "opportunity_for_staff",
    "opportunity_assigned",
    "deal_decided",
    "deal_registration",
    "partner_feedback",
)
WORDS = {
    Phase.CONTACTING: "Called; we visit next week.",
    Phase.INTEREST: "They want a price for two variants.",
    Phase.QUOTING: "The quote is with the customer.",
    Phase.CLOSING: "They decide in the board on Monday.",
}
PERCENT = 100


class Days:
    """What happens, each at its moment and in order; whatever happens may plan more."""

    def __init__(self, manners: dict[str, Manner]) -> None:
        self.manners = {Account.objects.get(number=number).pk: each for number, each in manners.items()}
        self.offers = prospects()
        self.random = Random(20260)  # noqa: S311  the same demo everywhere
        self.now = clock.now()
        self.planned: list[tuple[dt.datetime, int, Callable[[], None]]] = []
        self.count = 0

    def plan(self, at: dt.datetime, what: Callable[[], None]) -> None:
        """Let it happen then; what is later than now never happens."""
        if at < self.now:
            self.count += 1
            heapq.heappush(self.planned, (at, self.count, what))

    def live(self) -> None:
        while self.planned:
            at, _number, what = heapq.heappop(self.planned)
            with pretend(at):
                what()

    def happens(self, percent: int) -> bool:
        return self.random.randrange(PERCENT) < percent

    # Opportunities as they come in.

    def come_in(self, number: int) -> None:
        """A new one, for the best partner."""
        opportunity = self.create(number)
        self.after_delivery(opportunity, distribute(opportunity, occasion=Occasion.READY))

    def create(self, number: int) -> Opportunity:
        offer = self.offers[number % len(self.offers)]
        revenue = offer["revenue"] * (80 + number * 7 % 41) // PERCENT
        content = Content(
            topic=offer["topic"],
            prospect_name=offer["name"],
            prospect_person=offer["person"],
            prospect_email=offer["email"],
            place=offer["place"],
            lead_type=offer["lead_type"],
            products=offer["products"],
            need="They asked for an offer by e-mail and want a visit first.",
            estimated_revenue=revenue,
            estimated_close_date=today() + 60 * DAY,
        )
        return create_opportunity(content, by=Actor())

    def after_delivery(self, opportunity: Opportunity, delivery: Delivery | None) -> None:
        """What the partner does with it, by its manner."""
        if delivery is None:
            return
        manner = self.manners[delivery.partner_id]
        answer_at = clock.now() + manner.answers_in * HOUR * self.random.randrange(50, 150) / PERCENT
        if delivery.expires_at <= answer_at:
            self.plan(delivery.expires_at, lambda: self.run_out(opportunity, delivery))
        elif self.happens(manner.accepts):
            self.plan(answer_at, lambda: self.take(opportunity, delivery, manner))
        else:
            self.plan(answer_at, lambda: self.refuse(opportunity, manner))

    def next_partner(self, opportunity: Opportunity) -> None:
        """Whoever has it now answers in turn."""
        standing = Delivery.objects.filter(opportunity=opportunity, outcome=Outcome.DELIVERED)
        self.after_delivery(opportunity, standing.order_by("pk").first())

    def run_out(self, opportunity: Opportunity, delivery: Delivery) -> None:
        delivery.opportunity = opportunity
        expire(delivery)
        opportunity.refresh_from_db()
        self.next_partner(opportunity)

    def refuse(self, opportunity: Opportunity, manner: Manner) -> None:
        decline(opportunity, reason=self.random.choice(DECLINES), by=manner.actor)
        self.next_partner(opportunity)

    def take(self, opportunity: Opportunity, delivery: Delivery, manner: Manner) -> None:
        """Accepted: it moves through phases, comes back, or lies."""
        accept(opportunity, by=manner.actor)
        if self.happens(manner.stalls):
            return
        at = clock.now()
        for phase in sorted(self.random.sample(PHASES[1:], self.random.choice((1, 2))), key=PHASES.index):
            at += self.random.randrange(3, 9) * DAY
            self.plan(at, self.step(opportunity, phase, manner))
        if self.happens(manner.rated):
            self.plan(at + DAY, lambda: self.rate(delivery))
        self.plan(at + self.random.randrange(2, 10) * DAY, lambda: self.finish(opportunity, manner))

    def step(self, opportunity: Opportunity, phase: Phase, manner: Manner) -> Callable[[], None]:
        return lambda: advance(opportunity, phase, text=WORDS[phase], by=manner.actor) and None

    def rate(self, delivery: Delivery) -> None:
        """The customer says how the partner does."""
        give_feedback(delivery, rating=self.random.choice((3, 4, 4, 5, 5)), by=Actor())

    def finish(self, opportunity: Opportunity, manner: Manner) -> None:
        chance = self.random.randrange(PERCENT)
        if chance < manner.wins:
            win(opportunity, text="Signed.", by=manner.actor)
        elif chance < manner.wins + manner.returns:
            give_back(opportunity, reason=self.random.choice(RETURNS), by=manner.actor)
            self.next_partner(opportunity)
        else:
            lose(opportunity, text="Another company was cheaper.", by=manner.actor)


class Desk:
    """The desk of the partner that signs in: something in every state."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self.account = Account.objects.get(number=OURS)
        self.manager = actor_of("partner-manager@meridian.example")
        self.seller = actor_of("partner-seller@meridian.example")

    def plan(self) -> None:
        """Chosen by staff, so that it is there whatever the others do."""
        for number, hours in enumerate((4, 30, 61, 68)):
            self.at(hours * HOUR, lambda number=number: self.given(number))
        for number, (since, phase) in enumerate(
            ((2, Phase.CONTACTING), (5, Phase.INTEREST), (8, Phase.QUOTING), (11, Phase.CLOSING)), start=4
        ):
            self.at(since * DAY, lambda number=number, phase=phase: self.working(number, phase))
        self.at(20 * DAY, lambda: self.taken(8))
        self.at(40 * DAY, lambda: self.working(9, Phase.CONTACTING))
        self.at(33 * DAY, lambda: win(self.working(10, Phase.CLOSING), text="Signed for three years.", by=self.manager))
        self.at(16 * DAY, lambda: win(self.working(11, Phase.QUOTING), text="Signed.", by=self.seller))
        self.at(26 * DAY, lambda: lose(self.working(12, Phase.QUOTING), text="Too expensive.", by=self.manager))
        self.at(6 * DAY, lambda: self.own(13, "Lift for the rooftop bar"))
        self.at(9 * DAY, lambda: self.registered(14, "Three lifts of a new hotel"))

    def at(self, ago: dt.timedelta, what: Callable[[], object]) -> None:
        self.days.plan(self.days.now - ago, lambda: what() and None)

    def given(self, number: int) -> Opportunity:
        """Delivered, and not answered so far."""
        opportunity = self.days.create(number)
        # Whoever declines or returns it is followed by the next best.
        mark_ready(opportunity, by=Actor())
        deliver(opportunity, self.account, by=Actor())
        return opportunity

    def taken(self, number: int) -> Opportunity:
        """Accepted, and the seller works on it."""
        opportunity = self.given(number)
        accept(opportunity, by=self.manager)
        assign(opportunity, self.seller.contact, by=self.manager)
        return opportunity

    def working(self, number: int, phase: Phase) -> Opportunity:
        """In this phase."""
        opportunity = self.given(number)
        accept(opportunity, by=self.manager)
        advance(opportunity, phase, text=WORDS[phase], by=self.manager)
        if number % 3 == 0:
            share(opportunity, self.seller.contact, by=self.manager)
        if phase == Phase.QUOTING:
            note(opportunity, "The caretaker has the keys; ring twice.", by=self.seller)
        if phase == Phase.CLOSING:
            collaborate(opportunity, Account.objects.get(number="M-3004"), by=self.manager)
        return opportunity

    def own(self, number: int, topic: str) -> Opportunity:
        """Created by the partner itself."""
        offer = self.days.offers[number]
        content = Content(
            topic=topic, prospect_name=offer["name"], place=offer["place"], estimated_revenue=offer["revenue"]
        )
        return create_own(content, self.account, by=self.seller)

    def registered(self, number: int, topic: str) -> Opportunity:
        """The same, with the exclusive right asked for."""
        opportunity = self.own(number, topic)
        register_deal(
            opportunity, text="We have maintained their lifts for years; the architect asked us.", by=self.manager
        )
        return opportunity


def actor_of(email: str) -> Actor:
    contact = Contact.objects.select_related("user").get(user__email=email)
    return Actor(contact, contact.user)


def open_opportunities(tenant: Tenant) -> int:
    """The programme and its history, the first time only; how many opportunities are new."""
    if tenant.slug != "meridian":
        return 0
    with tenant_scope(tenant):
        manners = open_programme()
        if Opportunity.objects.exists():
            return 0
        days = Days(manners)
        for number in range(COUNT):
            days.plan(days.now - DAYS * DAY * (COUNT - number) / COUNT, lambda number=number: days.come_in(number))
        Desk(days).plan()
        days.live()
        pause_partners()
        # This was lived in the past: nobody gets mails about it now.
        OutboxMessage.objects.filter(name__in=TOLD).delete()
        return Opportunity.objects.count()
