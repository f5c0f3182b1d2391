"""Queries whose SQL is kept give what the ORM gives, for every shape of viewer and each value (TEN-5)."""

import pytest

from fieldservice.models import Invoice, WorkOrder
from fieldservice.queries.invoices import invoice_list
from fieldservice.queries.work_orders import work_order_detail, work_order_list
from portal.access import clauses
from portal.access.kept import KeptQuery, shape_of
from portal.access.viewer import viewer_for
from portal.accounts.models import WebRole
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_approver, make_contact
from tests.factories.fieldservice import make_asset, make_work_order
from tests.factories.invoices import make_invoice

pytestmark = pytest.mark.django_db

listed = KeptQuery(lambda viewer: work_order_list(viewer).visible_to(viewer).order_by("number", "pk"))
detail = KeptQuery(lambda viewer, pk: work_order_detail(viewer).visible_to(viewer).filter(pk=pk).order_by("pk")[:1])
bills = KeptQuery(lambda viewer: invoice_list(viewer).visible_to(viewer).order_by("number", "pk"))


@pytest.fixture
def people(in_tenant):
    """Viewers of all shapes: one account, a parent with children, without money, without a role, of another account."""
    parent = make_account()
    child, stranger = make_account(parent=parent), make_account()
    WebRole.objects.filter(key="fs-customer-approver").update(includes_child_accounts=True)
    blind = make_contact("fs-customer-reviewer", account=child)
    WebRole.objects.get(key="fs-customer-reviewer").grants.update(sees_money=False)
    for account in (parent, child, stranger):
        for exposed in (True, False):
            asset = make_asset(account=account, is_exposed=exposed, name=f"Asset {exposed}")
            make_work_order(account=account, asset=asset, is_exposed=True)
            make_work_order(account=account, asset=asset, is_exposed=False)
            make_invoice(account=account, is_exposed=exposed)
    return {
        "parent": make_approver(account=parent),
        "child": make_approver(account=child),
        "blind": blind,
        "roleless": make_contact(account=child),
        "stranger": make_approver(account=stranger),
    }


def words(rows, *names):
    return [(each.pk, *(getattr(each, name) for name in names)) for each in rows]


@pytest.mark.parametrize("who", ["parent", "child", "blind", "roleless", "stranger"])
def test_lists_are_those_of_the_orm(people, who):
    viewer = viewer_for(people[who])
    by_orm = work_order_list(viewer).visible_to(viewer).order_by("number", "pk")
    assert words(listed(viewer), "seen_asset", "summary") == words(by_orm, "seen_asset", "summary")
    by_orm = invoice_list(viewer).visible_to(viewer).order_by("number", "pk")
    assert words(bills(viewer), "sees_money", "seen_total") == words(by_orm, "sees_money", "seen_total")


def test_one_shape_serves_many_viewers_each_with_their_own(people):
    child, stranger = viewer_for(people["child"]), viewer_for(people["stranger"])
    own = {each.account_id for each in WorkOrder.objects.filter(pk__in=[row.pk for row in listed(stranger)])}
    assert own == {stranger.account_id}
    assert {each.account_id for each in Invoice.objects.filter(pk__in=[row.pk for row in bills(child)])} != own


def test_a_record_is_found_by_those_who_see_it(people):
    child, stranger = viewer_for(people["child"]), viewer_for(people["stranger"])
    order = WorkOrder.objects.filter(account=child.account_id, is_exposed=True).order_by("pk").first()
    hidden = WorkOrder.objects.filter(account=child.account_id, is_exposed=False).order_by("pk").first()
    assert [each.pk for each in detail(child, order.pk)] == [order.pk]
    assert detail(stranger, order.pk) == []
    assert detail(child, hidden.pk) == []


def test_the_second_wall_stands_behind(people, other_tenant):
    viewer = viewer_for(people["child"])
    assert listed(viewer)
    with tenant_scope(other_tenant):
        assert listed(viewer) == []


def test_shapes_tell_apart_what_the_text_depends_on(people):
    shapes = {name: shape_of(viewer_for(contact)) for name, contact in people.items()}
    assert shapes["parent"] != shapes["child"]
    assert shapes["blind"] != shapes["child"]
    assert shapes["roleless"] != shapes["child"]


def test_another_rule_of_visibility_is_never_answered_by_what_was_kept(people, monkeypatch):
    viewer = viewer_for(people["child"])
    before = len(listed(viewer))
    with monkeypatch.context() as patch:
        patch.setattr(clauses, "CLAUSES", tuple(each for each in clauses.CLAUSES if each.code != "account"))
        assert len(listed(viewer)) > before
    assert len(listed(viewer)) == before
