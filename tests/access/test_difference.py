"""The difference that is said before a change is the one that the change then makes (TEN-6)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldservice.models import Asset, WorkOrder
from portal.access import difference
from portal.access.difference import Change, by_exposure, by_people, by_rights, standing
from portal.access.domain.exposure import expose, hide
from portal.access.domain.sharing import share
from portal.access.viewer import viewer_for
from portal.accounts.enums import Level, Section
from portal.accounts.models import Contact, ContactRole, WebRoleGrant
from scheduling.enums import BookingStatus
from scheduling.models import Booking
from tests.factories.accounts import make_account, make_contact, make_reviewer, make_web_role
from tests.factories.fieldservice import make_asset, make_incident_type, make_work_order
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking

FIELD = Section.FIELD_SERVICE


def visible_pairs(model) -> set:
    """(contact, record) of everything that anybody sees, by `visible_to` alone."""
    contacts = Contact.objects.filter(is_active=True, account__is_active=True).select_related("account")
    return {
        (contact.pk, pk)
        for contact in contacts.order_by("pk")
        for pk in model.objects.visible_to(viewer_for(contact)).values_list("pk", flat=True)
    }


def compared(model, before: set, after: set) -> list[Change]:
    """What really appeared and disappeared."""
    found = []
    for appears, pairs in ((True, after - before), (False, before - after)):
        if pairs:
            found.append(Change(model, appears, len({pk for _c, pk in pairs}), len({c for c, _pk in pairs})))
    return found


def of(model, changes) -> list[Change]:
    return [change for change in changes if change.model is model]


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.sampled_from(["parent", "own", "child", "stranger"]),
            "roles": st.sets(st.sampled_from(["edited", "narrow", "wide", "other section"]), max_size=3),
            "is_active": st.sampled_from([True, True, True, False]),
            "is_shared": st.booleans(),
        }
    ),
    min_size=1,
    max_size=4,
)
CASES = st.fixed_dictionaries(
    {
        "people": PEOPLE,
        "exposed": st.lists(st.booleans(), min_size=4, max_size=4),
        "to": st.booleans(),
        "opens": st.booleans(),
        "reaches_children": st.booleans(),
    }
)
DECK = {"max_examples": 40, "deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def deal(case):
    """A family of accounts with a work order each, people with roles and shares; returns the role that is edited."""
    WorkOrder.objects.all().delete()
    Contact.objects.update(is_active=False)
    parent = make_account(place=None)
    own = make_account(parent=parent, place=None)
    accounts = {
        "parent": parent,
        "own": own,
        "child": make_account(parent=own, place=None),
        "stranger": make_account(place=None),
    }
    beside = {"place": make_place(), "incident_type": make_incident_type()}
    orders = [
        make_work_order(account=account, is_exposed=is_exposed, **beside)
        for account, is_exposed in zip(accounts.values(), case["exposed"], strict=True)
    ]
    roles = {
        "edited": make_web_role(*([(FIELD, Level.READ)] if not case["opens"] else [(Section.PROJECTS, Level.READ)])),
        "narrow": make_web_role((FIELD, Level.READ)),
        "wide": make_web_role((FIELD, Level.DECIDE), includes_child_accounts=True),
        "other section": make_web_role((Section.SCHEDULING, Level.READ)),
    }
    for each in case["people"]:
        contact = make_contact(account=accounts[each["at"]], user=None)
        for name in each["roles"]:
            ContactRole.objects.create(contact=contact, role=roles[name])
        if each["is_shared"]:
            share(orders[1], contact, by=None)
        Contact.objects.filter(pk=contact.pk).update(is_active=each["is_active"])
    return roles["edited"]


@given(case=CASES)
@settings(**DECK)
def test_a_bulk_switch_makes_the_difference_that_was_said(in_tenant, case):
    deal(case)
    chosen = WorkOrder.objects.all()
    said = by_exposure(chosen, to=case["to"])
    before = visible_pairs(WorkOrder)
    (expose if case["to"] else hide)(chosen, by=None)

    assert said == compared(WorkOrder, before, visible_pairs(WorkOrder))


@given(case=CASES)
@settings(**DECK)
def test_an_edited_role_makes_the_difference_that_was_said(in_tenant, case):
    role = deal(case)
    people = list(Contact.objects.values_list("pk", flat=True))
    once, before = standing(people), visible_pairs(WorkOrder)
    if case["opens"]:
        WebRoleGrant.objects.create(role=role, section=FIELD)
    else:
        role.grants.all().delete()
    role.includes_child_accounts = case["reaches_children"]
    role.save()
    after = visible_pairs(WorkOrder)

    assert of(WorkOrder, by_people(once, standing(people))) == compared(WorkOrder, before, after)


def test_each_kind_and_each_right_is_told(in_tenant):
    reviewer = make_reviewer()
    asset = make_asset(account=reviewer.account)
    make_work_order(account=reviewer.account, asset=asset)
    once = standing([reviewer.pk])
    ContactRole.objects.filter(contact=reviewer).delete()
    then = standing([reviewer.pk])

    assert {(change.model, change.appears, change.records, change.people) for change in by_people(once, then)} == {
        (Asset, False, 1, 1),
        (WorkOrder, False, 1, 1),
    }
    assert {(change.section, change.right, change.gains) for change in by_rights(once, then)} == {
        (section, right, False) for section in (FIELD, Section.SCHEDULING) for right in ("read", "money")
    }
    assert by_people(once, once) == []
    assert by_rights(once, once) == []


def test_states_that_customers_never_see_do_not_count(in_tenant):
    reviewer = make_reviewer()
    make_booking(account=reviewer.account, status=BookingStatus.HELD, is_exposed=False)

    assert by_exposure(Booking.objects.all(), to=True) == []


def test_as_many_queries_for_many_as_for_few(in_tenant, django_assert_num_queries):
    account = make_account()
    make_reviewer(account=account)
    for expected in (1, 5):
        chosen = orders_of(account, expected)
        with django_assert_num_queries(8):
            (change,) = by_exposure(chosen, to=True)
        assert (change.records, change.people) == (expected, expected)
        for _ in range(4):
            make_reviewer(account=account)


def orders_of(account, count):
    WorkOrder.objects.all().delete()
    for _ in range(count):
        make_work_order(account=account, is_exposed=False)
    return WorkOrder.objects.filter(account=account)


def test_counting_stops_at_a_limit_and_says_so(in_tenant, monkeypatch):
    monkeypatch.setattr(difference, "PEOPLE_LIMIT", 2)
    account = make_account()
    for _ in range(4):
        make_reviewer(account=account)
    (change,) = by_exposure(orders_of(account, 1), to=True)

    assert change.is_cut
    assert change.people == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_a_role_over_many_rows_is_counted_to_a_limit(in_tenant, monkeypatch, rows):
    monkeypatch.setattr(difference, "ROWS_LIMIT", 2)
    contact = make_contact()
    for _ in range(rows):
        make_work_order(account=contact.account)
    once = standing([contact.pk])
    ContactRole.objects.create(contact=contact, role=make_web_role((FIELD, Level.READ)))
    (change,) = by_people(once, standing([contact.pk]))

    assert change.is_cut is (rows == 3)
    assert change.records == min(rows, 2)
