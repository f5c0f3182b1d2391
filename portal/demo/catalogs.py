"""What a company sets up once in its admin: territories, skills, services, hours of booking. Staff's changes stay."""

import csv
from pathlib import Path

from fieldservice.models import IncidentType, WorkOrderType
from portal.demo.tenants import DemoTenant
from portal.geo.models import Territory, TerritoryArea
from portal.kit import clock
from scheduling.domain.import_cells import skills
from scheduling.domain.reminders import ship_reminders
from scheduling.models import (
    ArrivalWindow,
    BusinessClosure,
    Characteristic,
    RequiredCharacteristic,
    SchedulingSettings,
)

DATA = Path(__file__).parent / "data"


def table(slug: str, name: str) -> list[dict[str, str]]:
    """The rows of one of our own tables."""
    with (DATA / slug / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def set_up(demo: DemoTenant) -> None:
    """Everything that imports and bookings build on, for the tenant in scope."""
    for row in table(demo.slug, "territories"):
        territory, _is_new = Territory.objects.get_or_create(name=row["name"])
        for prefix in row["postal_prefixes"].split() or [""]:
            TerritoryArea.objects.get_or_create(
                country=row["country"], postal_prefix=prefix, defaults={"territory": territory}
            )
    for row in table(demo.slug, "characteristics"):
        Characteristic.objects.get_or_create(name=row["name"], defaults={"kind": row["kind"]})
    for row in table(demo.slug, "work_order_types"):
        WorkOrderType.objects.get_or_create(
            name=row["name"], defaults={"is_self_schedulable": row["is_self_schedulable"] == "yes"}
        )
    for row in table(demo.slug, "incident_types"):
        open_incident_type(row)
    set_hours(demo)


def open_incident_type(row: dict[str, str]) -> None:
    """A service with what it needs of the technician."""
    incident_type, is_new = IncidentType.objects.get_or_create(
        name=row["name"],
        defaults={
            "display_name": row["display_name"],
            "description": row["description"],
            "work_order_type": WorkOrderType.objects.get(name=row["work_order_type"]),
            "duration_minutes": int(row["duration_minutes"]),
            "is_self_schedulable": row["is_self_schedulable"] == "yes",
            "needs_staff": row["needs_staff"] == "yes",
        },
    )
    if is_new:
        for needed in skills(row["requires"]):
            RequiredCharacteristic.objects.create(
                incident_type=incident_type,
                characteristic=Characteristic.objects.get(name=needed.name),
                minimum_rating=needed.rating,
            )


def set_hours(demo: DemoTenant) -> None:
    """How customers book, and on which days nobody works."""
    SchedulingSettings.objects.get_or_create(
        defaults={
            "slot_mode": demo.slot_mode,
            "grid_minutes": demo.grid_minutes,
            "travel_speed_kmh": demo.speed_kmh,
            # The demo's technician stands still once the demo is filled.
            "position_lost_after_minutes": 60,
        }
    )
    ship_reminders()
    for name, starts, ends in demo.windows:
        ArrivalWindow.objects.get_or_create(starts=starts, defaults={"name": name, "ends": ends})
    this_year = clock.now().year
    for year in (this_year, this_year + 1):
        for month, day, name in demo.closures:
            BusinessClosure.objects.get_or_create(date=f"{year}-{month:02d}-{day:02d}", defaults={"name": name})
