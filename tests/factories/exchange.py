"""Connections, projects, and what came of runs, in the tenant in scope."""

from integrations.domain.setting_up import make_project
from integrations.enums import DiscrepancyKind, EventKind, Occasion, RowState, RunState
from integrations.models import (
    Connection,
    Discrepancy,
    IntegrationProject,
    IntegrationTask,
    MappedField,
    RowEvent,
    SyncRow,
    SyncRun,
    TaskRun,
)
from integrations.templates.known import template_named
from portal.kit import clock
from tests.factories import unique
from tests.factories.catalog import make_product


def make_connection(**fields) -> Connection:
    """Without sign-in, to an address that nobody answers."""
    values = {"name": unique("ERP "), "base_url": "https://erp.example/data/", "company": "usmf"}
    return Connection.objects.create(**{**values, **fields})


def make_integration(template: str = "products-out", **fields) -> IntegrationProject:
    """A project of a template, in use."""
    connection = fields.pop("connection", None) or make_connection()
    project = make_project(template_named(template), connection=connection, name=unique("Exchange "))
    for name, value in {"is_active": True, **fields}.items():
        setattr(project, name, value)
    project.save()
    return project


def make_task(template: str = "products-out") -> IntegrationTask:
    return make_integration(template).tasks.order_by("position")[0]


def make_mapped_field() -> MappedField:
    return make_task().fields.get(target="FieldServiceProductType")


def make_row(task: IntegrationTask | None = None, **fields) -> SyncRow:
    """A product that was refused."""
    product = make_product()
    now = clock.now()
    values = {
        "record_id": product.pk,
        "record_key": product.code,
        "external_key": product.code,
        "state": RowState.PARKED,
        "problem": "The name is too long.",
        "due_at": now,
        "changed_at": now,
    }
    return SyncRow.objects.create(task=task or make_task(), **{**values, **fields})


def make_sync_run(task: IntegrationTask | None = None, **fields) -> SyncRun:
    """One that ended with a warning, with an event of a row."""
    task = task or make_task()
    now = clock.now()
    values = {"occasion": Occasion.HAND, "state": RunState.WARNING, "started_at": now, "finished_at": now}
    run = SyncRun.objects.create(project=task.project, lease_until=now, **{**values, **fields})
    TaskRun.objects.create(run=run, task=task, state=RunState.WARNING, started_at=now, finished_at=now, failed=1)
    RowEvent.objects.create(row=make_row(task), run=run, kind=EventKind.PARKED, at=now, message="The name is too long.")
    return run


def make_discrepancy(run: SyncRun | None = None) -> Discrepancy:
    run = run or make_sync_run()
    return Discrepancy.objects.create(
        run=run,
        task=run.tasks.get().task,
        kind=DiscrepancyKind.DIFFERENT,
        record_key=unique("P-"),
        differences=[["ProductName", "Valve", "Pump"], ["SalesPrice", {"decimal": "12.50"}, None]],
    )
