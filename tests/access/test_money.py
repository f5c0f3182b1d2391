"""Who sees prices and totals (TEN-4, TEN-5): a right of the web role, over the accounts that the role opens."""

import pytest

from portal.access.money import sees_money_of
from portal.access.viewer import viewer_for
from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from tests.factories.accounts import make_account, make_contact, make_reviewer, make_web_role
from tests.factories.fieldservice import make_asset, make_work_order

FIELD = Section.FIELD_SERVICE


@pytest.mark.parametrize(
    ("role", "section", "sees"),
    [
        ("fs-customer-approver", Section.FIELD_SERVICE, True),
        ("fs-customer-reviewer", Section.FIELD_SERVICE, True),
        ("fs-customer-reviewer", Section.PROJECTS, False),
        ("psa-customer-approver", Section.PROJECTS, True),
        ("psa-customer-reviewer", Section.PROJECTS, True),
        ("psa-partner-approver", Section.PROJECTS, False),
        ("partner-manager", Section.OPPORTUNITIES, True),
        ("self-service-scheduler", Section.SCHEDULING, False),
    ],
)
def test_shipped_roles_and_money(in_tenant, role, section, sees):
    in_tenant.sections = list(Section.values)
    contact = make_contact(role)
    viewer = viewer_for(contact)

    assert viewer.may_see_money(section) is sees
    assert viewer.may_see_money(section, contact.account_id) is sees


def test_money_of_an_account_out_of_reach_is_hidden(in_tenant):
    viewer = viewer_for(make_contact("fs-customer-approver"))

    assert not viewer.may_see_money(FIELD, make_account().pk)


def test_each_role_counts_for_the_accounts_it_opens(in_tenant):
    """Deciding and money of one's own account do not spread to the branches that another role only reads (SECURITY 1)."""
    own = make_account()
    branch = make_account(parent=own)
    contact = make_contact("fs-customer-approver", account=own)
    reads_branches = make_web_role((FIELD, Level.READ), includes_child_accounts=True)
    ContactRole.objects.create(contact=contact, role=reads_branches)
    viewer = viewer_for(contact)

    assert viewer.reach(FIELD) == {own.pk, branch.pk}
    assert viewer.may_decide(FIELD, own.pk)
    assert viewer.may_see_money(FIELD, own.pk)
    assert not viewer.may_decide(FIELD, branch.pk)
    assert not viewer.may_see_money(FIELD, branch.pk)


def test_a_role_of_the_company_sees_money_where_staff_say_so(in_tenant):
    contact = make_contact()
    ContactRole.objects.create(contact=contact, role=make_web_role((FIELD, Level.READ), sees_money=True))

    assert viewer_for(contact).may_see_money(FIELD)


def test_money_of_a_record_follows_who_pays(in_tenant, django_assert_num_queries):
    """DYNAMICS 3.8: a work order is seen by its service account, its money by the billing account."""
    reviewer, landlord = make_reviewer(), make_account()
    viewer = viewer_for(reviewer)
    own = make_work_order(account=reviewer.account)
    paid_by_landlord = make_work_order(account=reviewer.account, billing_account=landlord)
    paid_by_us = make_work_order(account=landlord, billing_account=reviewer.account)

    with django_assert_num_queries(0):
        assert sees_money_of(viewer, own)
        assert not sees_money_of(viewer, paid_by_landlord)
        assert sees_money_of(viewer, paid_by_us)


def test_a_model_that_names_no_payer_is_paid_by_its_account(in_tenant):
    reviewer = make_reviewer()

    assert sees_money_of(viewer_for(reviewer), make_asset(account=reviewer.account))
    assert not sees_money_of(viewer_for(make_contact("self-service-scheduler")), make_asset(account=reviewer.account))
    assert not sees_money_of(None, make_asset(account=reviewer.account))
