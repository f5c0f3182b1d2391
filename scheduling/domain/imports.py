"""Import technicians and other resources from CSV (OPS-4). The number in the other system says which resource a row is."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.domain.importing import Mode, differences, numbered_elsewhere, run_import, update_changed
from portal.geo.domain.imports import PLACE_COLUMNS, PlaceWriter, place_fields
from portal.geo.models import Place, Territory
from portal.kit.csv_cells import BadCell, Column, choice, flag, line, phone
from portal.kit.csv_rows import CsvFile, Report, Row, RowError
from portal.tenancy.scope import current_tenant
from scheduling.domain.import_cells import hours, skills, words
from scheduling.enums import ResourceType
from scheduling.models import (
    BookableResource,
    Characteristic,
    ResourceCharacteristic,
    ResourceTerritory,
    WorkingHours,
)

COLUMNS = (
    Column("external_number", line(60), is_required=True),
    Column("name", line(120), is_required=True),
    Column("resource_type", choice(ResourceType.values), empty=ResourceType.USER.value),
    Column("phone", phone),
    Column("is_active", flag, empty=True),
    Column("is_self_schedulable", flag, empty=True),
    *PLACE_COLUMNS,
    Column("ends_at_start", flag, empty=False),
    Column("territories", words, empty=()),
    Column("skills", skills, empty=()),
    Column("hours", hours, empty=()),
)
OWN_FIELDS = ("name", "resource_type", "phone", "is_active", "is_self_schedulable")


def import_resources(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import resources with start place, territories, skills and weekly hours. Raises FileRefused."""
    return run_import(ResourceImporter(by=by), file, mode=mode, by=by)


@dataclass
class Plan:
    """What a row makes of its resource. `sets` holds its territories, skills and hours, where the row names them."""

    row: Row
    record: BookableResource
    is_new: bool
    place: Place | None = None
    address: dict[str, Any] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    sets: dict[type, set[tuple]] = field(default_factory=dict)


class ResourceImporter:
    """Creates and updates resources; a list that the row names replaces the one that was there."""

    name = "resources"
    columns = COLUMNS
    key_column = "external_number"

    def __init__(self, *, by=None):
        self._places = PlaceWriter(by=by)
        self._territories: dict[str, Territory] = {}
        self._characteristics: dict[str, Characteristic] = {}

    def key(self, row: Row) -> str:
        return row.values["external_number"]

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries, and two for each list that changes."""
        self._territories = {each.name.lower(): each for each in Territory.objects.order_by("pk")}
        self._characteristics = {each.name.lower(): each for each in Characteristic.objects.order_by("pk")}
        old = numbered_elsewhere(BookableResource.objects.all(), [self.key(row) for row in rows])
        known = {each.external_number: each for each in old.prefetch_related("start_place")}
        plans = []
        for row in rows:
            try:
                plans.append(self._plan(row, known.get(self.key(row))))
            except BadCell as error:
                report.refuse(RowError(row.number, "", str(error)))
        self._places.create([plan.place for plan in plans if plan.place])
        for plan in plans:
            plan.record.time_zone = plan.record.time_zone or zone_of(plan)
        BookableResource.objects.bulk_create(plan.record for plan in plans if plan.is_new)
        update_changed(BookableResource, plans)
        relisted = {model: replace_lists(model, plans) for model in LISTS}
        for plan in plans:
            has_moved = bool(plan.address) and self._places.change(plan.record.start_place, plan.address)
            if plan.is_new:
                report.created += 1
            elif plan.changed or has_moved or any(plan.record.pk in changed for changed in relisted.values()):
                report.updated += 1
            else:
                report.unchanged += 1

    def finish(self, report: Report) -> None:
        """No row waits for another."""

    def _plan(self, row: Row, resource: BookableResource | None) -> Plan:
        values = row.values
        address = place_fields(values)
        sets = self._sets(values)
        plan = Plan(row, resource or BookableResource(external_number=self.key(row)), resource is None, sets=sets)
        wanted = {name: values[name] for name in OWN_FIELDS if name in values}
        if address and plan.record.start_place_id:
            plan.address = address
        elif address:
            plan.place = wanted["start_place"] = Place(**address)
        if values.get("time_zone"):
            wanted["time_zone"] = values["time_zone"]
        start = plan.place or plan.record.start_place
        if "ends_at_start" in values:
            wanted["end_place"] = start if values["ends_at_start"] else None
        plan.changed = differences(plan.record, wanted)
        return plan

    def _sets(self, values) -> dict[type, set[tuple]]:
        """The rows of the lists, by model; raises BadCell for a name that is not there."""
        sets: dict[type, set[tuple]] = {}
        if "territories" in values:
            unknown = _("There is no territory “%(name)s”.")
            found = {find(self._territories, name, unknown).pk for name in values["territories"]}
            sets[ResourceTerritory] = {(pk,) for pk in found}
        if "skills" in values:
            unknown = _("There is no characteristic “%(name)s”.")
            sets[ResourceCharacteristic] = {
                (find(self._characteristics, skill.name, unknown).pk, skill.rating, skill.valid_from, skill.valid_until)
                for skill in values["skills"]
            }
        if "hours" in values:
            sets[WorkingHours] = set(values["hours"])
        return sets


LISTS = {
    ResourceTerritory: ("territory_id",),
    ResourceCharacteristic: ("characteristic_id", "rating", "valid_from", "valid_until"),
    WorkingHours: ("weekday", "starts", "ends"),
}


def replace_lists(model: type, plans: list[Plan]) -> set:
    """Replace the list of those resources whose row names another one; their ids."""
    listed = {plan.record.pk: plan.sets[model] for plan in plans if model in plan.sets}
    former: dict[Any, set[tuple]] = {pk: set() for pk in listed}
    for pk, *values in model.objects.filter(resource__in=listed).values_list("resource_id", *LISTS[model]):
        former[pk].add(tuple(values))
    changed = {pk for pk, wanted in listed.items() if wanted != former[pk]}
    model.objects.filter(resource__in=changed).delete()
    model.objects.bulk_create(
        model(resource_id=pk, **dict(zip(LISTS[model], values, strict=True))) for pk in changed for values in listed[pk]
    )
    return changed


def find(known: dict[str, Any], name: str, unknown: str):
    """The record of this name, whatever its case; raises BadCell."""
    if name.lower() not in known:
        raise BadCell(unknown % {"name": name})
    return known[name.lower()]


def zone_of(plan: Plan) -> str:
    """The zone of the start place, else the tenant's."""
    place = plan.record.start_place
    return place.time_zone if place else current_tenant().time_zone
