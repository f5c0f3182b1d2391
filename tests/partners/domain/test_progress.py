"""What partners do with opportunities, what customers say, and that records follow (PRT-3, PRT-4, PRT-6, PRT-7)."""

import datetime as dt
import uuid

import pytest

from notifications.models import OutboxMessage
from partners.domain.deliveries import accept, standing_delivery
from partners.domain.distribution import decline, distribute, expire, give_back
from partners.domain.feedback import give_feedback
from partners.domain.history import Actor
from partners.domain.opportunities import Content, create_own
from partners.domain.progress import add_contact, advance, cancel, hold, lose, note, reopen, win
from partners.domain.records import count_record
from partners.domain.registration import decide_registration, register_deal
from partners.domain.sharing import assign, collaborate, share, unshare
from partners.enums import (
    DeclineReason,
    EventKind,
    OpportunityStatus,
    Outcome,
    Phase,
    Registration,
    ReturnReason,
    Stage,
    State,
)
from partners.models import (
    Collaborator,
    Delivery,
    Opportunity,
    OpportunityContact,
    OpportunityEvent,
    OpportunitySeller,
    PartnerRecord,
)
from partners.queries.opportunities import delivered, history_of, managed, teaser_of, with_alerts
from portal.access.viewer import viewer_for
from portal.audit.models import AuditEntry
from portal.kit.errors import Conflict, DomainError, NotAllowed
from tests.factories.accounts import make_account, make_contact
from tests.factories.partners import (
    acting,
    make_accepted,
    make_delivery,
    make_member,
    make_opportunity,
    make_own,
    make_partner,
    make_partner_settings,
    staff,
)

pytestmark = pytest.mark.usefixtures("in_tenant")
NAMES = (
    "open_count",
    "delivered",
    "accepted",
    "declined",
    "expired",
    "returned",
    "won",
    "closed",
    "reported",
    "feedback",
)


@pytest.fixture
def partner():
    return make_partner(name="Brightside Lifts")


@pytest.fixture
def manager(partner):
    return make_member(partner)


@pytest.fixture
def accepted(partner, manager):
    return make_accepted(partner, by=manager)


def told(name, contact=None):
    rows = OutboxMessage.objects.filter(name=name)
    return (rows.filter(contact=contact) if contact else rows).count()


def test_accepting_makes_the_contact_its_owner_and_tells_staff(in_tenant, partner, manager):
    in_tenant.support_email = "desk@acme.example"
    in_tenant.save()
    opportunity = make_delivery(partner, prospect_name="Ann", prospect_email="ann@example.com").opportunity
    assert told("opportunity_delivered", manager) == 1
    first = accept(opportunity, by=acting(manager))
    assert accept(opportunity, by=acting(manager)) == first
    assert (opportunity.status, opportunity.owner) == (OpportunityStatus.ACCEPTED, manager)
    assert told("opportunity_accepted") == 1
    asked = OutboxMessage.objects.get(name="partner_feedback")
    assert (asked.address, (asked.due_at - first.accepted_at).days) == ("ann@example.com", 14)
    assert AuditEntry.objects.filter(action="opportunity.accept").count() == 1


def test_an_opportunity_moves_forward_only(accepted, manager):
    by = acting(manager)
    advance(accepted, Phase.INTEREST, text="They want an offer", by=by)
    assert (accepted.status, accepted.phase, accepted.stage) == ("in_progress", Phase.INTEREST, Stage.DEVELOP)
    moved = standing_delivery(accepted)
    advance(accepted, Phase.INTEREST, text="Still", by=by)
    again = standing_delivery(accepted)
    assert (again.moved_at, again.reported_at) == (moved.moved_at, moved.reported_at), "a comment moves nothing"
    with pytest.raises(DomainError, match="forward"):
        advance(accepted, Phase.CONTACTING, by=by)


def test_a_form_sent_twice_reports_once(accepted, manager):
    key = uuid.uuid4()
    for _time in range(2):
        advance(accepted, Phase.QUOTING, by=acting(manager), request_key=key)
        note(accepted, "Called", by=acting(manager), request_key=uuid.uuid5(key, "note"))
    kinds = list(OpportunityEvent.objects.filter(kind__in=["phase", "note"]).values_list("kind", flat=True))
    assert sorted(kinds) == ["note", "phase"]


def test_winning_closes_and_reopening_needs_room(manager):
    partner = make_partner(capacity=1)
    by = acting(make_member(partner))
    opportunity = make_accepted(partner)
    win(opportunity, by=by)
    win(opportunity, by=by)
    assert (opportunity.status, opportunity.state) == (OpportunityStatus.PURCHASED, State.WON)
    assert OpportunityEvent.objects.filter(kind=EventKind.WON).count() == 1
    with pytest.raises(Conflict):
        advance(opportunity, Phase.CLOSING, by=by)
    other = make_accepted(partner)
    with pytest.raises(DomainError, match="room"):
        reopen(opportunity, by=by)
    lose(other, text="Too dear", by=by)
    reopen(opportunity, by=by)
    assert (opportunity.status, opportunity.closed_at) == (OpportunityStatus.ACCEPTED, None)
    record = PartnerRecord.objects.get(programme=partner)
    assert (record.won, record.closed, record.open_count) == (0, 1, 1)


def test_a_distributed_one_is_returned_and_an_own_one_canceled(accepted, manager):
    with pytest.raises(DomainError, match="returned"):
        cancel(accepted, by=acting(manager))
    own = make_own(manager)
    with pytest.raises(DomainError, match="canceled"):
        give_back(own, reason=ReturnReason.NO_FUNDING, by=acting(manager))
    give_back(accepted, reason=ReturnReason.NO_FUNDING, comment="No money", by=acting(manager))
    assert (accepted.status, accepted.partner, accepted.state) == (OpportunityStatus.RETURNED, None, State.LOST)
    returned = Delivery.objects.get(outcome=Outcome.RETURNED)
    assert (returned.return_reason, returned.comment) == ("no_funding", "No money")


def test_whoever_lost_it_can_do_nothing_more(partner, manager):
    other = make_partner(at=(41.0, -74.0))
    opportunity = make_opportunity()
    distribute(opportunity)
    stale = Opportunity.objects.get(pk=opportunity.pk)
    decline(opportunity, reason=DeclineReason.OTHER, by=acting(manager))
    assert opportunity.partner == other.account
    for verb in (lambda: accept(stale, by=acting(manager)), lambda: note(stale, "Hello", by=acting(manager))):
        with pytest.raises(Conflict):
            verb()


def test_records_are_what_the_deliveries_come_to(partner, manager):
    """After every kind of verb the kept record equals its recount, and an own count of the history agrees."""
    by = acting(manager)
    partner.capacity = 50
    partner.save()
    won, lost, returned, feedback, reopened = (make_accepted(partner) for _ in range(5))
    declined, waiting = make_delivery(partner).opportunity, make_delivery(partner)
    win(won, by=by)
    lose(lost, by=by)
    give_back(returned, reason=ReturnReason.LATER, by=by)
    advance(feedback, Phase.QUOTING, by=by)
    give_feedback(standing_delivery(feedback), rating=4, by=Actor())
    win(reopened, by=by)
    reopen(reopened, by=by)
    decline(declined, reason=DeclineReason.NO_TIME, by=by)
    Delivery.objects.filter(pk=waiting.pk).update(expires_at=waiting.delivered_at + dt.timedelta(microseconds=1))
    expire(waiting)
    kept = PartnerRecord.objects.get(programme=partner)
    recount = count_record(partner)
    assert {name: getattr(kept, name) for name in NAMES} == {name: recount[name] for name in NAMES}
    assert kept.days == pytest.approx(recount["days"])
    assert {name: recount[name] for name in NAMES} == by_history(partner)
    assert min(recount.values()) > 0, "each kind of count was tried"


def by_history(partner) -> dict:
    """The same from the history, one opportunity after the other."""
    counts = dict.fromkeys(NAMES, 0)
    histories: dict = {}
    for event in OpportunityEvent.objects.filter(partner=partner.account).order_by("at", "pk"):
        histories.setdefault(event.opportunity_id, []).append(event.kind)
    for kinds in histories.values():
        last = [
            each
            for each in kinds
            if each in {"accepted", "won", "lost", "reopened", "returned", "declined", "expired", "delivered"}
        ][-1]
        counts["delivered"] += 1
        counts["accepted"] += "accepted" in kinds
        counts["declined"] += last == "declined"
        counts["expired"] += "expired" in kinds
        counts["returned"] += last == "returned"
        counts["won"] += last == "won"
        counts["closed"] += last in {"won", "lost"}
        counts["open_count"] += last in {"delivered", "accepted", "reopened"}
        counts["reported"] += bool({"phase", "won", "lost"} & set(kinds))
        counts["feedback"] += "feedback" in kinds
    return counts


class TestPeople:
    """Who sees and who may."""

    def test_a_teaser_hides_the_customer_until_it_is_accepted(self, partner, manager):
        customer = make_account(name="Secret Towers")
        delivery = make_delivery(partner, customer=customer, situation="Secret Towers is unhappy")
        viewer = viewer_for(manager)
        teaser = teaser_of(viewer, delivery.opportunity_id)
        assert (teaser.city, teaser.expires_at) == ("New York", delivery.expires_at)
        assert "Secret" not in str(teaser)
        assert not managed(viewer).exists()
        accept(delivery.opportunity, by=acting(manager))
        assert teaser_of(viewer, delivery.opportunity_id) is None
        assert managed(viewer).get().customer == customer
        assert not delivered(viewer_for(make_member(make_partner()))).exists()

    def test_a_seller_sees_what_is_assigned_to_or_shared_with_them(self, partner, manager):
        seller = make_member(partner, "partner-seller")
        shared, assigned, hidden = (make_accepted(partner) for _ in range(3))
        own = make_own(seller)
        waiting = make_delivery(partner).opportunity
        share(shared, seller, by=acting(manager))
        assign(assigned, seller, by=acting(manager))
        seen = set(Opportunity.objects.visible_to(viewer_for(seller)).values_list("pk", flat=True))
        assert seen == {shared.pk, assigned.pk, own.pk}
        assert not {hidden.pk, waiting.pk} & seen
        assert told("opportunity_assigned", seller) == 2
        unshare(shared, seller, by=acting(manager))
        assert not Opportunity.objects.visible_to(viewer_for(seller)).filter(pk=shared.pk).exists()
        assert Opportunity.objects.visible_to(viewer_for(manager)).count() == 5

    def test_what_another_partner_gets_is_no_longer_shared(self, partner, manager):
        seller = make_member(partner, "partner-seller")
        make_partner(at=(41.0, -74.0))
        opportunity = make_opportunity()
        distribute(opportunity)
        accept(opportunity, by=acting(manager))
        share(opportunity, seller, by=acting(manager))
        give_back(opportunity, reason=ReturnReason.NO_INTEREST, by=acting(manager))
        for contact in (seller, manager):
            assert not Opportunity.objects.visible_to(viewer_for(contact)).exists()
        assert not OpportunitySeller.objects.exists()

    def test_a_collaborating_partner_reads_and_notes_and_no_more(self, accepted, manager):
        helper = make_member(make_partner())
        with pytest.raises(DomainError):
            collaborate(accepted, make_account(), by=acting(manager))
        collaborate(accepted, helper.account, by=acting(manager))
        seen = managed(viewer_for(helper)).get()
        note(seen, "We know them", by=acting(helper))
        for verb in (win, lose, hold):
            with pytest.raises(NotAllowed):
                verb(seen, by=acting(helper))
        assert history_of(accepted).filter(kind="note").count() == 1
        give_back(accepted, reason=ReturnReason.NO_INTEREST, by=acting(manager))
        assert not Opportunity.objects.visible_to(viewer_for(helper)).exists()
        assert not Collaborator.objects.exists()

    def test_only_colleagues_are_assigned(self, accepted, manager):
        for verb in (assign, share):
            with pytest.raises(DomainError, match="colleague"):
                verb(accepted, make_contact(), by=acting(manager))

    def test_a_partner_never_names_an_account_of_the_company(self, manager):
        with pytest.raises(DomainError, match="prospect"):
            create_own(Content("Lift", customer=make_account()), manager.account, by=acting(manager))

    def test_staff_notes_are_for_staff(self, accepted):
        note(accepted, "Watch them", by=staff(), is_internal=True)
        assert not history_of(accepted).filter(text="Watch them").exists()

    def test_only_administrators_manage_the_team(self, partner, manager):
        assert viewer_for(make_member(partner, "partner-administrator")).manages_team
        assert not viewer_for(manager).manages_team


def test_a_contact_is_kept_once(accepted, manager):
    for _time in range(2):
        add_contact(accepted, full_name="Ann", email="ann@example.com", by=acting(manager))
    assert OpportunityContact.objects.count() == 1


def test_a_deal_is_registered_once_and_decided_once(manager):
    own = make_own(manager)
    registration = register_deal(own, text="We found them", by=acting(manager))
    assert register_deal(own, by=acting(manager)) == registration
    with pytest.raises(DomainError, match="why"):
        decide_registration(registration, Registration.REJECTED, by=staff())
    decide_registration(registration, Registration.APPROVED, by=staff())
    assert told("deal_decided", manager) == 1
    with pytest.raises(Conflict):
        decide_registration(registration, Registration.REJECTED, reason="No", by=staff())


def test_a_distributed_deal_is_not_registered(accepted, manager):
    with pytest.raises(DomainError):
        register_deal(accepted, by=acting(manager))


def test_customers_say_once_how_the_partner_does(accepted):
    delivery = standing_delivery(accepted)
    with pytest.raises(DomainError):
        give_feedback(delivery, rating=6, by=Actor())
    give_feedback(delivery, rating=5, comment="Fine", by=Actor())
    with pytest.raises(Conflict):
        give_feedback(delivery, rating=1, by=Actor())
    assert not history_of(accepted).filter(kind="feedback").exists()


def test_each_alert_once_and_the_worst_first(partner, manager):
    settings = make_partner_settings(stalled_days=5, overdue_days=10)
    waiting = make_delivery(partner).opportunity
    quiet, stalled, overdue, closed = (make_accepted(partner) for _ in range(4))
    win(closed, by=acting(manager))
    for opportunity, days in ((stalled, 5), (overdue, 10), (closed, 90)):
        opportunity.refresh_from_db()
        opportunity.active_at -= dt.timedelta(days=days)
        opportunity.save(update_fields=["active_at"])
    found = dict(with_alerts(Opportunity.objects.all(), settings).values_list("pk", "alert"))
    assert found == {
        waiting.pk: "new",
        quiet.pk: "",
        stalled.pk: "stalled",
        overdue.pk: "overdue",
        closed.pk: "",
    }
