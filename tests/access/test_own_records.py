"""Web roles of own records only: what is assigned to the contact or shared with it, on every way of asking (TEN-5, PRT-7)."""

from itertools import permutations, product

import pytest

from fieldservice.models import WorkOrder
from partners.domain.sharing import assign, collaborate, share
from partners.models import Opportunity
from portal.access import explain
from portal.access.difference import by_exposure, by_people, standing
from portal.access.domain.exposure import hide
from portal.access.kept import KeptQuery
from portal.access.viewer import viewer_for, viewer_of_login
from portal.accounts.enums import Section
from portal.accounts.models import Contact, ContactRole, WebRole, WebRoleGrant
from tests.factories.accounts import make_account, make_contact, make_web_role
from tests.factories.fieldservice import make_work_order
from tests.factories.partners import acting, make_accepted, make_delivery, make_member, make_own, make_partner

listed = KeptQuery(lambda viewer: Opportunity.objects.all().visible_to(viewer).order_by("number", "pk"))
ROLES = ("partner-manager", "partner-administrator", "partner-seller")


@pytest.fixture(autouse=True)
def programme(in_tenant):
    in_tenant.sections = list(Section.values)
    in_tenant.save()


@pytest.fixture
def people():
    """Two partners with somebody of each role, and somebody who holds two."""
    found = {}
    for name in ("own", "other"):
        partner = make_partner(capacity=50)
        found |= {(name, role): make_member(partner, role) for role in ROLES}
        found[name, "nobody"] = make_contact(account=partner.account)
        found[name, "both"] = make_contact("partner-manager", "partner-seller", account=partner.account)
        found[name, "partner"] = partner
    return found


@pytest.fixture
def records(people):
    """Opportunities of the first partner in every relation to its seller, by what they are."""
    partner, manager, seller = (
        people["own", "partner"],
        people["own", "partner-manager"],
        people["own", "partner-seller"],
    )
    by = acting(manager)
    made = {
        name: make_accepted(partner)
        for name in ("shared", "assigned", "colleague's", "collaborated", "joined", "hidden")
    }
    made |= {"created": make_own(seller), "waiting": Opportunity.objects.get(pk=make_delivery(partner).opportunity_id)}
    share(made["shared"], seller, by=by)
    share(made["hidden"], seller, by=by)
    assign(made["assigned"], seller, by=by)
    assign(made["colleague's"], manager, by=by)
    collaborate(made["collaborated"], people["other", "partner"].account, by=by)
    Opportunity.objects.filter(pk=made["hidden"].pk).update(is_exposed=False)
    return made


SEEN = {
    ("own", "partner-manager"): {"shared", "assigned", "colleague's", "collaborated", "joined", "created", "waiting"},
    ("own", "partner-seller"): {"shared", "assigned", "created"},
    ("own", "nobody"): set(),
    ("other", "partner-manager"): {"collaborated"},
    ("other", "partner-seller"): set(),
    ("other", "nobody"): set(),
}
for account in ("own", "other"):
    SEEN[account, "partner-administrator"] = SEEN[account, "both"] = SEEN[account, "partner-manager"]


@pytest.mark.parametrize(("account", "role"), list(product(("own", "other"), (*ROLES, "both", "nobody"))))
def test_everybody_sees_what_is_theirs_however_it_is_asked(people, records, account, role):
    contact = people[account, role]
    viewer = viewer_for(contact)
    expected = {records[name].pk for name in SEEN[account, role]}
    assert set(Opportunity.objects.visible_to(viewer).values_list("pk", flat=True)) == expected
    assert {each.pk for each in listed(viewer)} == expected
    assert {each.pk for each in records.values() if explain.sees(explain.explain(viewer, each))} == expected
    by_login = viewer_of_login(contact.user)
    assert (by_login.grants, by_login.manages_team) == (viewer.grants, viewer.manages_team)


def test_staff_read_why_a_seller_does_not_see_it(people, records):
    findings = explain.explain(viewer_for(people["own", "partner-seller"]), records["joined"])
    assert "assigned to or shared with" in explain.reasons(findings)[0]


def test_own_records_of_what_nobody_holds_are_none(in_tenant):
    role = make_web_role((Section.FIELD_SERVICE, "read"))
    WebRoleGrant.objects.filter(role=role).update(own_only=True)
    contact = make_contact()
    ContactRole.objects.create(contact=contact, role=role)
    make_work_order(account=contact.account)
    assert not WorkOrder.objects.visible_to(viewer_for(contact)).exists()


def test_own_records_reach_down_the_tree_where_the_role_does(people):
    parent = make_account()
    below = people["own", "partner"].account
    below.parent = parent
    below.save()
    WebRole.objects.filter(key="partner-seller").update(includes_child_accounts=True)
    seller = make_contact("partner-seller", account=parent)
    opportunity = make_accepted(people["own", "partner"])
    assert not Opportunity.objects.visible_to(viewer_for(seller)).exists()
    Opportunity.objects.filter(pk=opportunity.pk).update(owner=seller)
    assert Opportunity.objects.visible_to(viewer_for(seller)).get() == opportunity


def test_money_of_own_records_is_seen(people):
    seller = viewer_for(people["own", "partner-seller"])
    account = people["own", "partner"].account_id
    assert seller.may_see_money(Section.OPPORTUNITIES, account)
    assert seller.reach(Section.OPPORTUNITIES) == frozenset()
    assert seller.grants[Section.OPPORTUNITIES].paid == {account}


def pairs():
    """(contact, opportunity) of everything that anybody sees, by `visible_to` alone."""
    return {
        (contact.pk, pk)
        for contact in Contact.objects.select_related("account").order_by("pk")
        for pk in Opportunity.objects.visible_to(viewer_for(contact)).values_list("pk", flat=True)
    }


def counts(model, changes) -> set:
    return {(each.appears, each.records, each.people) for each in changes if each.model is model}


def really(before: set, after: set) -> set:
    found = ((True, after - before), (False, before - after))
    return {(appears, len({pk for _, pk in each}), len({who for who, _ in each})) for appears, each in found if each}


def set_reach(role: WebRole, reach: str) -> None:
    role.grants.filter(section=Section.OPPORTUNITIES).delete()
    if reach != "nothing":
        WebRoleGrant.objects.create(role=role, section=Section.OPPORTUNITIES, own_only=reach == "own")


@pytest.mark.parametrize(("once", "then"), list(permutations(("nothing", "own", "all"), 2)))
def test_a_role_between_own_and_all_makes_the_difference_that_was_said(people, records, once, then):
    role = WebRole.objects.get(key="partner-seller")
    contacts = list(Contact.objects.values_list("pk", flat=True))
    set_reach(role, once)
    before, seen_before = standing(contacts), pairs()
    set_reach(role, then)
    said = by_people(before, standing(contacts))
    assert counts(Opportunity, said) == really(seen_before, pairs()) != set()


def test_hiding_counts_those_who_hold_the_record(people, records):
    chosen = Opportunity.objects.filter(pk__in=[records["shared"].pk, records["joined"].pk])
    said, before = by_exposure(chosen, to=False), pairs()
    hide(chosen, by=None)
    assert counts(Opportunity, said) == really(before, pairs()) == {(False, 2, 4)}
