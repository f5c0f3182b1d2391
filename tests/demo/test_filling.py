"""Filling the demo: at any hour, never in production, from real requests where they are."""

from datetime import time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError

from fieldservice.models import FunctionalLocation, WorkOrder
from portal.access.viewer import viewer_for
from portal.demo.imports import real_requests
from portal.kit import clock
from portal.tenancy.models import Tenant
from scheduling.models import Booking, WorkingHours
from tests.demo.test_seed import contact, of, seed

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_at_any_hour_a_technician_is_on_the_way(monkeypatch, tmp_path):
    monkeypatch.setenv("CALLOUT_DATA", str(tmp_path))
    # Ten past ten in the evening in New York; by UTC the next day has begun.
    with time_machine.travel("2027-03-17T02:10:00Z"):
        seed()
        with of("harbor"):
            night = Booking.objects.get(status="traveling")
            assert night.contact.email == "approver@harbor.example"
            assert night.work_order.system_status == "in_progress"
            assert clock.now() < night.arrives_at < clock.now() + timedelta(hours=1)
            assert not WorkingHours.objects.filter(starts__lt=time(6)).exists()
    with time_machine.travel("2027-03-17T14:10:00Z"):
        seed()
        with of("harbor"):
            night.refresh_from_db()
            assert night.status == "completed"
            assert WorkOrder.objects.get(pk=night.work_order_id).completed_at == night.ends_at
            assert Booking.objects.get(status="traveling").resource.user.email == "tech@harbor.example"


def test_known_passwords_stay_out_of_production(settings):
    settings.CALLOUT_EMBEDDED = False
    with pytest.raises(CommandError, match="known to everybody"):
        seed()
    assert not Tenant.objects.exists()


def test_harbor_is_filled_from_real_requests_where_they_are(monkeypatch):
    monkeypatch.delenv("CALLOUT_DATA", raising=False)
    if real_requests() is None:
        pytest.skip("The real requests are not beside this checkout.")
    assert Path(real_requests()).name == "nyc_building_service_requests.csv.gz"
    assert "work_orders: 4357 created" in seed()
    with of("harbor"):
        approver = contact("approver@harbor.example")
        assert FunctionalLocation.objects.filter(account=approver.account).count() == 36
        assert FunctionalLocation.objects.count() == 2559  # addresses that differ in blanks only are one building
        assert WorkOrder.objects.visible_to(viewer_for(approver)).count() > 50
        closed = WorkOrder.objects.filter(system_status="completed").exclude(resolution="").order_by("pk").first()
        assert closed.completed_at is not None
        assert not WorkOrder.objects.filter(is_exposed=True, resolution__contains="duplicate").exists()
        long_open = WorkOrder.objects.filter(system_status__in=["unscheduled", "in_progress"])
        assert not long_open.filter(created_at__lt=clock.now() - timedelta(days=60)).exists()
