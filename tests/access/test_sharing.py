"""A single record shared with a single contact (TEN-5): what it opens, what it does not, and who did it."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from fieldservice.models import Asset, AssetShare, Invoice, WorkOrder
from portal.access.domain import sharing
from portal.access.domain.sharing import share, unshare
from portal.access.explain import explain, reasons, sees
from portal.access.models import ExposedModel
from portal.access.money import sees_money_of
from portal.access.shares import share_models, shared_model_of
from portal.access.viewer import viewer_for
from portal.accounts.domain.logins import give_login, withdraw_login
from portal.accounts.enums import Section
from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from portal.tenancy.scope import tenant_scope
from scheduling.enums import BookingStatus
from scheduling.models import Booking
from tests.factories.accounts import make_contact, make_reviewer, make_staff
from tests.factories.fieldservice import make_asset, make_work_order
from tests.factories.scheduling import make_booking


@pytest.fixture
def reviewer(in_tenant):
    return make_reviewer()


def test_a_shared_record_is_seen_though_hidden_and_of_another_account(reviewer):
    hidden = make_work_order(is_exposed=False)
    make_work_order(is_exposed=False)
    colleague = make_reviewer(account=reviewer.account)

    share(hidden, reviewer, by=None)

    assert list(WorkOrder.objects.visible_to(viewer_for(reviewer))) == [hidden]
    assert list(WorkOrder.objects.visible_to(viewer_for(colleague))) == []
    findings = explain(viewer_for(reviewer), hidden)
    assert sees(findings)
    assert "Staff shared it with the contact." in reasons(findings)


def test_a_shared_record_stands_once_among_the_exposed_ones(reviewer):
    exposed = make_work_order(account=reviewer.account)
    share(exposed, reviewer, by=None)

    assert list(WorkOrder.objects.visible_to(viewer_for(reviewer))) == [exposed]


def test_sharing_opens_neither_section_nor_state(in_tenant):
    without_role, reviewer = make_contact(), make_reviewer()
    work_order = make_work_order(is_exposed=False)
    hold = make_booking(account=reviewer.account, status=BookingStatus.HELD)
    share(work_order, without_role, by=None)
    share(hold, reviewer, by=None)

    assert not WorkOrder.objects.visible_to(viewer_for(without_role)).exists()
    assert reasons(explain(viewer_for(without_role), work_order)) == ["No web role of the contact opens this section."]
    assert not Booking.objects.visible_to(viewer_for(reviewer)).exists()


def test_sharing_one_kind_opens_no_other_and_no_money(reviewer):
    asset = make_asset(is_exposed=False)
    work_order = make_work_order(asset=asset, account=asset.account, is_exposed=False)
    share(work_order, reviewer, by=None)
    viewer = viewer_for(reviewer)

    assert not Asset.objects.visible_to(viewer).exists()
    assert not sees_money_of(viewer, work_order)
    assert not viewer.may_decide(Section.FIELD_SERVICE, work_order.account_id)


def test_taking_back_acts_at_once_and_both_are_audited(reviewer):
    staff = make_staff()
    asset = make_asset(is_exposed=False)
    share(asset, reviewer, by=staff)
    share(asset, reviewer, by=staff)
    unshare(asset, reviewer, by=staff)
    unshare(asset, reviewer, by=staff)

    assert not Asset.objects.visible_to(viewer_for(reviewer)).exists()
    trail = AuditEntry.objects.filter(object_id=asset.pk).order_by("at", "pk")
    who = {"contact": str(reviewer), "contact_id": str(reviewer.pk)}
    assert [(each.action, each.actor, each.before, each.after) for each in trail] == [
        ("share.give", staff, {}, who),
        ("share.withdraw", staff, who, {}),
    ]


def test_a_share_stays_with_the_contact_when_its_login_moves_on(reviewer):
    """The next contact that signs in by the same e-mail sees nothing of it."""
    asset = make_asset(is_exposed=False)
    share(asset, reviewer, by=None)
    email = reviewer.user.email
    withdraw_login(reviewer)
    successor = make_reviewer(user=None)
    give_login(successor, email)

    assert not Asset.objects.visible_to(viewer_for(successor)).exists()
    assert Asset.objects.visible_to(viewer_for(reviewer)).exists()


def test_one_person_in_two_companies_sees_what_each_shared(tenant, other_tenant):
    with tenant_scope(tenant):
        here = make_reviewer()
        share(make_asset(name="Here", is_exposed=False), here, by=None)
    with tenant_scope(other_tenant):
        there = make_reviewer(user=here.user)
        share(make_asset(name="There", is_exposed=False), there, by=None)

        assert [each.name for each in Asset.objects.visible_to(viewer_for(there))] == ["There"]
    with tenant_scope(tenant):
        assert [each.name for each in Asset.objects.visible_to(viewer_for(here))] == ["Here"]


def test_the_database_refuses_to_share_across_companies(tenant, other_tenant):
    with tenant_scope(other_tenant):
        foreign = make_asset()
    with tenant_scope(tenant):
        mine = share(make_asset(), make_reviewer(), by=None)
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(IntegrityError, match="assetshare_content_object_id_tenant"), transaction.atomic():
                AssetShare.objects.filter(pk=mine.pk).update(content_object_id=foreign.pk)


def test_refusals(reviewer, monkeypatch):
    with pytest.raises(DomainError, match="is not active"):
        share(make_asset(), make_reviewer(is_active=False), by=None)
    monkeypatch.setattr(sharing, "SHARES_OF_A_CONTACT", 1)
    share(make_asset(), reviewer, by=None)
    with pytest.raises(DomainError, match="has 1 single records of this kind already"):
        share(make_asset(), reviewer, by=None)
    with pytest.raises(DomainError, match="cannot be shared"):
        share(reviewer.account, reviewer, by=None)


def test_only_whom_something_is_shared_with_pays_for_it(reviewer, django_assert_num_queries):
    """The query of everybody else has no second way in, and nobody asks one more query."""
    plain = viewer_for(reviewer)
    share(make_asset(), reviewer, by=None)

    with django_assert_num_queries(1):
        viewer = viewer_for(reviewer)

    assert viewer.shared == {Asset}
    assert "share" in str(Asset.objects.visible_to(viewer).query)
    assert "share" not in str(Asset.objects.visible_to(plain).query)
    assert "share" not in str(Invoice.objects.visible_to(viewer).query)


def test_the_way_in_by_sharing_is_looked_up_by_index(reviewer):
    """`IN (SELECT …)` beside an OR is a filter over the whole company's rows: 120 ms at 300,000 of them, this 1 ms."""
    share(make_work_order(), reviewer, by=None)
    plan = WorkOrder.objects.visible_to(viewer_for(reviewer)).order_by("-created_at", "-pk")[:26].explain()

    assert "workordershare" in plan
    assert "SubPlan" not in plan


def test_every_exposed_kind_can_be_shared():
    exposed = {model for model in apps.get_models() if issubclass(model, ExposedModel)}

    assert {shared_model_of(table) for table in share_models()} == exposed
