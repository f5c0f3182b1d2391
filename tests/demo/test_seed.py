"""The demo: fixed names, real logins, the same after a second run."""

import io
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command

from fieldservice.models import Agreement, Asset, BookingSetup, FunctionalLocation, Invoice, WorkOrder
from notifications.models import OutboxMessage
from partners.domain.rules import load_settings
from partners.enums import PHASES, Alert
from partners.models import DealRegistration, Delivery, DistributionRun, Opportunity, PartnerTerritory
from partners.queries.opportunities import with_alerts
from portal.access.viewer import viewer_for
from portal.accounts.models import Account, Contact, ContactRole, StaffMember, User
from portal.demo.opportunities import TOLD
from portal.demo.people import PASSWORD
from portal.geo.models import Place
from portal.geo.queries import territories_around
from portal.kit import clock
from portal.tenancy.models import Tenant, TenantHost, TenantModel
from portal.tenancy.scope import tenant_scope
from scheduling.domain.tracking import where_is
from scheduling.enums import PAST_STATUSES
from scheduling.models import BookableResource, Booking, BookingTimestamp, SchedulingSettings
from tests import databases

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CONTACTS = {
    "harbor": {
        "approver@harbor.example": {"fs-customer-approver"},
        "reviewer@harbor.example": {"fs-customer-reviewer"},
        "stranger@harbor.example": {"fs-customer-approver"},
    },
    "meridian": {
        "psa-approver@meridian.example": {"psa-customer-approver"},
        "psa-reviewer@meridian.example": {"psa-customer-reviewer"},
        "partner-approver@meridian.example": {"psa-partner-approver"},
        "partner-manager@meridian.example": {"partner-manager"},
        "partner-admin@meridian.example": {"partner-administrator"},
        "partner-seller@meridian.example": {"partner-seller"},
    },
    "waha": {"approver@waha.example": {"fs-customer-approver"}},
}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo from a bare clone, no real files beside it; filled once for the tests of this module."""
    with pytest.MonkeyPatch.context() as patch, databases.undone(django_db_blocker):
        patch.setenv("CALLOUT_DATA", str(tmp_path_factory.mktemp("nothing")))
        yield seed()


@pytest.fixture
def seeded(demo, db):
    return demo


def seed(*options):
    out = io.StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


def counts():
    """How many rows there are of every kind, by tenant."""
    found = {}
    for tenant in Tenant.objects.order_by("slug"):
        with tenant_scope(tenant):
            for model in apps.get_models():
                if issubclass(model, TenantModel):
                    found[tenant.slug, model.__name__] = model.objects.count()
    return found | {model.__name__: model.objects.count() for model in (Tenant, TenantHost, User, EmailAddress)}


def of(slug):
    return tenant_scope(Tenant.objects.get(slug=slug))


def contact(email):
    return Contact.objects.select_related("account").get(user__email=email)


def test_a_second_run_changes_nothing_and_staff_keep_what_they_changed(seeded):
    Tenant.objects.filter(slug="harbor").update(name="Harbor & Sons")
    with of("harbor"):
        Contact.objects.filter(user__email="approver@harbor.example").update(full_name="Nora New")
    before = counts()
    assert seed() == "The demo is ready.\n"
    assert counts() == before
    assert "0 created, 0 updated" in seed("--again")
    assert Tenant.objects.get(slug="harbor").name == "Harbor & Sons"
    with of("harbor"):
        assert contact("approver@harbor.example").full_name == "Nora New"
    after = counts()
    assert {name for name in after if after[name] != before[name]} == {
        (slug, "AuditEntry") for slug in ("harbor", "meridian", "waha")
    }


def test_everything_that_is_promised_is_there(seeded):
    # A position on the map is as old as the latest start.
    seed()
    check_companies_and_logins()
    check_harbor()
    check_meridian_and_waha()
    check_two_years()
    check_partners()


def check_companies_and_logins():
    """Fixed names, hosts, passwords, web roles (DESIGN.md)."""
    facts = {
        tenant.slug: (tenant.name, tenant.time_zone, tenant.currency, tenant.languages)
        for tenant in Tenant.objects.all()
    }
    assert facts == {
        "harbor": ("Harbor Heating", "America/New_York", "USD", ["en"]),
        "meridian": ("Meridian Lifts", "Europe/London", "GBP", ["en-gb", "de"]),
        "waha": ("Al Waha Cooling", "Asia/Dubai", "AED", ["ar", "en"]),
    }
    assert set(TenantHost.objects.filter(is_primary=True).values_list("host", flat=True)) == {
        f"{slug}.localhost" for slug in facts
    }
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == User.objects.count()
    for user in User.objects.all():
        assert user.check_password(PASSWORD)
    for slug, people in CONTACTS.items():
        with of(slug):
            for email, roles in people.items():
                held = ContactRole.objects.filter(contact__user__email=email).values_list("role__key", flat=True)
                assert set(held) == roles
            assert StaffMember.objects.get().user.email == f"admin@{slug}.example"
    assert User.objects.get(is_platform_staff=True).email == "platform@callout.example"


def check_partners():
    """Ninety days of opportunities; the partner that signs in has something in every state, and nobody is mailed about them."""
    with of("meridian"):
        own = Opportunity.objects.filter(partner__number="M-3002")
        statuses = {"delivered", "accepted", "in_progress", "purchased", "out_sold"}
        assert set(own.order_by().values_list("status", flat=True)) == statuses
        assert set(own.filter(status="in_progress").order_by().values_list("phase", flat=True)) >= set(PHASES[1:])
        alerts = with_alerts(own, load_settings()).order_by().values_list("alert", flat=True)
        assert set(alerts) == {"", *Alert}
        assert Delivery.objects.filter(
            partner__number="M-3002", outcome="delivered", expires_at__lt=clock.now() + timedelta(days=1)
        ).exists()
        assert own.filter(source="partner").count() == 2
        # Whoever declines what waits for an answer is followed by the next best.
        assert not own.filter(status="delivered", is_ready=False).exists()
        # A partner takes what lies in an area that was drawn, beside those that postal codes describe.
        customer = Place.objects.filter(line1="14 Westferry Circus").first()
        covering = PartnerTerritory.objects.filter(territory_id__in=territories_around(customer))
        assert "Docklands riverside" in set(covering.values_list("territory__name", flat=True))
        assert DealRegistration.objects.get().status == "requested"
        assert DistributionRun.objects.count() > 60
        assert DistributionRun.objects.order_by().values("winner").distinct().count() > 5
        assert not OutboxMessage.objects.filter(name__in=TOLD).exists()


def check_harbor():
    """Visits around today, a portfolio with positions, assets with parents, another account that is not seen."""
    with of("harbor"):
        approver, reviewer, stranger = (
            contact(f"{name}@harbor.example") for name in ("approver", "reviewer", "stranger")
        )
        assert approver.account == reviewer.account != stranger.account
        viewer = viewer_for(approver)
        statuses = list(Booking.objects.visible_to(viewer).values_list("status", "ends_at"))
        assert sum(status in PAST_STATUSES for status, _ends in statuses) >= 3
        assert sum(ends > clock.now() for _status, ends in statuses) >= 3
        assert WorkOrder.objects.visible_to(viewer).count() >= 20
        assert Asset.objects.visible_to(viewer).filter(parent__isnull=False).exists()
        assert FunctionalLocation.objects.filter(account=approver.account, place__latitude__isnull=False).count() >= 9
        assert not Booking.objects.visible_to(viewer).filter(account=stranger.account).exists()
        assert Booking.objects.visible_to(viewer_for(stranger)).exists()
        assert BookableResource.objects.count() == 24
        technician = BookableResource.objects.get(user__email="tech@harbor.example")
        assert Booking.objects.filter(resource=technician, status="scheduled", ends_at__gt=clock.now()).exists()
        check_live_map()
        assert not OutboxMessage.objects.exists()
        assert not FunctionalLocation.objects.filter(place__territory__isnull=True).exists()


def check_live_map():
    """Somebody is on the way, and the customer sees where; each start tells the position anew."""
    way = Booking.objects.select_related("resource", "place").get(status="traveling")
    assert way.resource.shares_position
    seen = where_is(way, SchedulingSettings.objects.get())
    assert not seen.is_lost
    assert 0 < seen.metres < 100_000
    assert way.travel_started_at <= clock.now() < seen.latest
    assert BookingTimestamp.objects.filter(booking=way, status="traveling").count() == 1


def check_meridian_and_waha():
    """Arrival windows; a right-to-left reader with visits."""
    with of("meridian"):
        assert SchedulingSettings.objects.get().slot_mode == "windows"
        assert not Booking.objects.filter(window_starts_at__isnull=True).exists()
        assert set(Account.objects.values_list("kind", flat=True)) == {"customer", "partner"}
    with of("waha"):
        approver = contact("approver@waha.example")
        assert approver.language == "ar"
        assert Booking.objects.visible_to(viewer_for(approver)).filter(ends_at__gt=clock.now()).exists()


def check_two_years():
    """Agreements in each state; what they brought was done, invoiced and mostly paid; nobody was mailed about it."""
    for slug in ("harbor", "meridian", "waha"):
        with of(slug):
            statuses = set(Agreement.objects.values_list("status", flat=True))
            assert statuses == {"estimate", "active", "expired", "canceled"}
            assert {"paid", "issued"} <= set(Invoice.objects.values_list("status", flat=True))
            assert WorkOrder.objects.filter(agreement__isnull=False, system_status="completed").exists()
            assert Invoice.objects.filter(work_order__isnull=False, is_exposed=True).exists()
            open_ones = WorkOrder.objects.filter(agreement=None, system_status__in=["unscheduled", "in_progress"])
            assert open_ones.exists()
            assert not open_ones.filter(created_at__lt=clock.now() - timedelta(days=60)).exists()
            for setup in BookingSetup.objects.filter(rule__contains="INTERVAL=3").select_related("incident_type"):
                assert not {"Annual", "Six-monthly"} & set(setup.incident_type.name.split())
            assert not OutboxMessage.objects.exists()
