"""A company with many technicians and a full calendar, for measurements."""

import datetime as dt
import random

DAYS, FIRST_HOUR = 30, 8
HOST = "bench.localhost"


def company(resources: int, bookings: int, contacts: int = 1):
    """A tenant whose resources share `bookings` visits over the next DAYS days; (tenant, contacts, service)."""
    from portal.accounts.domain.web_roles import ship_web_roles
    from portal.tenancy.models import Tenant, TenantHost
    from portal.tenancy.scope import tenant_scope
    from tests.factories.accounts import make_approver
    from tests.factories.fieldservice import make_incident_type
    from tests.factories.geo import make_place
    from tests.factories.scheduling import make_characteristic, make_settings, require

    chance = random.Random(7)
    tenant = Tenant.objects.create(slug=f"bench{resources}", name="Bench Heating", time_zone="America/New_York")
    TenantHost.objects.create(host=f"{resources}.{HOST}", tenant=tenant, is_primary=True)
    with tenant_scope(tenant):
        ship_web_roles()
        make_settings()
        service = make_incident_type(duration_minutes=60, is_self_schedulable=True, display_name="Boiler service")
        skill = make_characteristic()
        require(service, skill, 3)
        people = [make_approver() for _ in range(contacts)]
        for each in people:
            each.account.place = make_place(latitude=40.75, longitude=-73.98)
            each.account.save()
        technicians = add_technicians(resources, skill, chance)
        add_bookings(technicians, bookings, people[0].account, service, chance)
    return tenant, people, service


def places(count: int, chance):
    from portal.geo.models import Place

    return Place.objects.bulk_create(
        Place(
            line1="Somewhere",
            city="New York",
            country="US",
            time_zone="America/New_York",
            latitude=chance.uniform(40.60, 40.88),
            longitude=chance.uniform(-74.03, -73.75),
        )
        for _ in range(count)
    )


def add_technicians(count: int, skill, chance):
    """Technicians who work from 8 to 18 on weekdays and hold the skill."""
    from scheduling.models import BookableResource, ResourceCharacteristic, WorkingHours

    technicians = BookableResource.objects.bulk_create(
        BookableResource(name=f"Technician {number}", time_zone="America/New_York", start_place=place)
        for number, place in enumerate(places(count, chance))
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(resource=each, weekday=weekday, starts=dt.time(8), ends=dt.time(18))
        for each in technicians
        for weekday in range(7)
    )
    ResourceCharacteristic.objects.bulk_create(
        ResourceCharacteristic(resource=each, characteristic=skill, rating=5) for each in technicians
    )
    return technicians


def add_bookings(technicians, count: int, account, service, chance):
    """Visits of 45 minutes, spread over the days; the day of a technician fills from the morning on."""
    from zoneinfo import ZoneInfo

    from fieldservice.models import WorkOrder
    from portal.kit import clock
    from scheduling.enums import BookingStatus
    from scheduling.models import Booking

    zone, today = ZoneInfo("America/New_York"), clock.now().date()
    sites = places(200, chance)
    order = WorkOrder.objects.create(
        number="BENCH", account=account, incident_type=service, place=sites[0], created_at=clock.now()
    )
    slots = [
        (each, day, hour) for hour in range(FIRST_HOUR, FIRST_HOUR + 9) for day in range(DAYS) for each in technicians
    ]
    rows = []
    for resource, day, hour in slots[:count]:
        starts = dt.datetime.combine(today + dt.timedelta(days=day + 1), dt.time(hour, 15), zone)
        rows.append(
            Booking(
                resource=resource,
                account=account,
                work_order=order,
                incident_type=service,
                place=chance.choice(sites),
                status=BookingStatus.SCHEDULED,
                leaves_at=starts - dt.timedelta(minutes=15),
                arrives_at=starts,
                ends_at=starts + dt.timedelta(minutes=30),
                local_date=starts.date(),
                local_time=starts.time(),
                time_zone=zone.key,
                is_exposed=True,
                created_at=clock.now(),
            )
        )
    Booking.objects.bulk_create(rows, batch_size=2000)
