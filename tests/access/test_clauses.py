"""`visible_to` and `explain` read the same clauses and agree (D3, L6)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldservice.models import WorkOrder
from portal.access.domain.sharing import share
from portal.access.explain import explain, sees
from portal.access.viewer import viewer_for
from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from scheduling.enums import BookingStatus
from scheduling.models import Booking
from tests.factories.accounts import make_account, make_approver, make_contact, make_reviewer, make_web_role
from tests.factories.fieldservice import make_incident_type, make_work_order
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking

SECTIONS = [Section.FIELD_SERVICE, Section.SCHEDULING, Section.PROJECTS]


def clause(findings, code):
    return next(each for each in findings if each.code == code)


def test_nobody_sees_nothing(in_tenant):
    make_work_order()

    assert list(WorkOrder.objects.visible_to(None)) == []


def test_each_clause_alone_hides_the_record(in_tenant):
    reviewer = make_reviewer()
    shown = make_work_order(account=reviewer.account)
    hidden = make_work_order(account=reviewer.account, is_exposed=False)
    foreign = make_work_order()
    viewer = viewer_for(reviewer)

    assert list(WorkOrder.objects.visible_to(viewer)) == [shown]
    assert sees(explain(viewer, shown))
    assert not clause(explain(viewer, hidden), "exposed").holds
    assert not clause(explain(viewer, foreign), "account").holds
    assert not clause(explain(viewer_for(make_contact(account=reviewer.account)), shown), "role").holds


def test_state_hides_a_hold(in_tenant):
    reviewer = make_reviewer()
    hold = make_booking(account=reviewer.account, status=BookingStatus.HELD)
    viewer = viewer_for(reviewer)

    assert list(Booking.objects.visible_to(viewer)) == []
    assert [each.code for each in explain(viewer, hold) if not each.holds] == ["state", "shared"]


def test_a_section_that_the_company_closed_opens_nothing(in_tenant):
    reviewer = make_reviewer()
    make_work_order(account=reviewer.account)
    in_tenant.sections = [Section.SCHEDULING.value]
    in_tenant.save()

    assert list(WorkOrder.objects.visible_to(viewer_for(reviewer))) == []


def test_child_accounts_are_reached_where_the_web_role_says_so(in_tenant):
    parent = make_account()
    child = make_account(parent=parent)
    grandchild = make_account(parent=child)
    work_order = make_work_order(account=grandchild)
    contact = make_contact(account=parent)
    role = make_web_role((Section.FIELD_SERVICE, Level.READ))
    ContactRole.objects.create(contact=contact, role=role)

    assert not WorkOrder.objects.visible_to(viewer_for(contact)).exists()
    role.includes_child_accounts = True
    role.save()
    assert list(WorkOrder.objects.visible_to(viewer_for(contact))) == [work_order]
    assert not WorkOrder.objects.visible_to(viewer_for(make_approver(account=child))).exists()


CASES = st.fixed_dictionaries(
    {
        "levels": st.dictionaries(st.sampled_from(SECTIONS), st.sampled_from(list(Level)), max_size=3),
        "reaches_children": st.booleans(),
        "is_exposed": st.booleans(),
        "is_shared": st.booleans(),
        "owner": st.sampled_from(["own", "child", "parent", "stranger"]),
        "status": st.sampled_from([BookingStatus.HELD, BookingStatus.SCHEDULED, BookingStatus.CANCELED]),
    }
)


@given(case=CASES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_query_and_explanation_agree(in_tenant, case):
    owners = family()
    contact = make_contact(account=owners["own"], user=None)
    role = make_web_role(*case["levels"].items(), includes_child_accounts=case["reaches_children"])
    ContactRole.objects.create(contact=contact, role=role)
    owned = records(owners[case["owner"]], case)
    if case["is_shared"]:
        for record in owned:
            share(record, contact, by=None)
    viewer = viewer_for(contact)

    in_reach = case["owner"] == "own" or (case["owner"] == "child" and case["reaches_children"])
    for record in owned:
        is_listed = type(record).objects.visible_to(viewer).filter(pk=record.pk).exists()
        is_open = isinstance(record, WorkOrder) or case["status"] != BookingStatus.HELD
        has_role = type(record).Access.section in case["levels"]
        assert is_listed == sees(explain(viewer, record))
        way_in = (in_reach and case["is_exposed"]) or case["is_shared"]
        assert is_listed == (has_role and is_open and way_in)


def family() -> dict:
    """An account with one above, one below and one beside it."""
    parent = make_account(place=None)
    own = make_account(parent=parent, place=None)
    child = make_account(parent=own, place=None)
    return {"own": own, "parent": parent, "child": child, "stranger": make_account(place=None)}


def records(account, case):
    """A work order and a booking of the account in the state of the case."""
    shared = {"place": make_place(), "incident_type": make_incident_type(), "is_exposed": case["is_exposed"]}
    work_order = make_work_order(account=account, **shared)
    hold = {} if case["status"] == BookingStatus.HELD else {"work_order": work_order}
    return work_order, make_booking(account=account, status=case["status"], **shared, **hold)
