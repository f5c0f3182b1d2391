"""Expose and hide, one or many, audited (TEN-6)."""

from django.db import transaction

from portal.access.models import ExposedModel
from portal.access.signals import exposure_changed
from portal.audit.domain import record
from portal.audit.models import AuditEntry
from portal.kit import clock


@transaction.atomic
def expose(records, *, by) -> int:
    """Expose these records to their customers; how many changed."""
    return _switch(records, to=True, by=by)


@transaction.atomic
def hide(records, *, by) -> int:
    """Hide these records from their customers; how many changed."""
    return _switch(records, to=False, by=by)


def _switch(records, *, to: bool, by) -> int:
    changed = []
    for each in records.exclude(is_exposed=to).order_by("pk").select_for_update(of=("self",), no_key=True):
        write_exposure(each, to=to, by=by)
        each.is_exposed = to
        each.save(update_fields=["is_exposed"])
        changed.append(each)
    if changed:
        exposure_changed.send(records.model, records=changed, is_exposed=to, by=by)
    return len(changed)


def note_exposure(obj: ExposedModel, *, to: bool, by) -> None:
    """Write to the audit trail that a record, saved just now, was exposed or hidden, and tell the apps above."""
    write_exposure(obj, to=to, by=by)
    exposure_changed.send(type(obj), records=[obj], is_exposed=to, by=by)


def write_exposure(obj: ExposedModel, *, to: bool, by) -> None:
    """Write to the audit trail that a record was exposed or hidden."""
    record(
        by,
        "exposure.expose" if to else "exposure.hide",
        obj,
        before={"is_exposed": not to},
        after={"is_exposed": to},
    )


def note_exposures(records: list[ExposedModel], *, by) -> None:
    """Write to the audit trail, in one query, how each of these records is exposed from now on."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor=by,
            action="exposure.expose" if each.is_exposed else "exposure.hide",
            object_type=each._meta.label_lower,
            object_id=each.pk,
            object_text=str(each)[:200],
            before={"is_exposed": not each.is_exposed},
            after={"is_exposed": each.is_exposed},
            at=clock.now(),
        )
        for each in records
    )
