"""What the rows of an import of projects refer to, and what they make of phases and tasks (OPS-4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import Key, of_lines
from fieldservice.domain.imports import BadColumn, account_of, accounts_by_number, by_numbers, named
from fieldservice.models import FunctionalLocation
from portal.accounts.domain.importing import differences, numbered_elsewhere
from portal.accounts.models import Account
from portal.kit.csv_rows import Row
from portal.kit.errors import DomainError
from projects.domain.projects import check_dates
from projects.domain.tasks import check_task
from projects.models import Project, ProjectPhase, ProjectTask
from scheduling.models import BookableResource

OWN_FIELDS = ("name", "starts_date", "ends_date", "description", "internal_notes", "is_exposed")
PHASE_FIELDS = ("starts_date", "ends_date")
TASK_FIELDS = (
    "kind",
    "starts_date",
    "ends_date",
    "effort_minutes",
    "progress_percent",
    "description",
    "internal_notes",
    "is_shown",
)


@dataclass
class Piece:
    """A phase or a task as a row wants it."""

    record: ProjectPhase | ProjectTask
    is_new: bool
    changed: list[str]


@dataclass(frozen=True)
class Books:
    """The tenant's records that the rows of a batch refer to."""

    projects: Mapping[Key, Project]
    accounts: Mapping[str, Account]
    managers: Mapping[str, BookableResource]
    locations: Mapping[tuple[UUID, str], FunctionalLocation]
    phases: Mapping[tuple[UUID, str], ProjectPhase]
    # By project, phase and name.
    tasks: Mapping[tuple[UUID, UUID | None, str], ProjectTask]
    # The last position of each project, by kind.
    last: Mapping[type, Mapping[UUID, int]] = field(default_factory=dict)


def open_books(rows: list[Row]) -> Books:
    """Everything that the rows may refer to, by one query a kind; the projects are locked, as their tasks may change."""
    accounts = accounts_by_number(rows, "account_number")
    projects = by_numbers(Project.objects.select_for_update(of=("self",), no_key=True), rows)
    known = {each.pk for each in projects.values()}
    places = FunctionalLocation.objects.filter(account__in=accounts.values(), name__in=named(rows, "location"))
    managers = numbered_elsewhere(BookableResource.objects.all(), named(rows, "manager_number"))
    phases = ProjectPhase.objects.filter(project__in=known, name__in=of_lines(rows, "phase")).order_by("pk")
    tasks = ProjectTask.objects.filter(project__in=known, name__in=of_lines(rows, "task")).order_by("-position", "-pk")
    return Books(
        projects=projects,
        accounts=accounts,
        managers={each.external_number: each for each in managers},
        locations={(each.account_id, each.name): each for each in places.prefetch_related("place").order_by("-pk")},
        phases={(each.project_id, each.name): each for each in phases},
        tasks={(each.project_id, each.phase_id, each.name): each for each in tasks},
        last={model: last_positions(model, known) for model in (ProjectPhase, ProjectTask)},
    )


def last_positions(model: type, projects: Iterable[UUID]) -> dict[UUID, int]:
    """Where the phases or tasks of each project end."""
    found = model.objects.filter(project__in=projects).values("project").annotate(last=Max("position"))
    return dict(found.values_list("project", "last").order_by("project"))


def fields_of(values: Mapping, account: Account, books: Books) -> dict[str, Any]:
    """The fields of the project that its rows name; raises BadColumn."""
    wanted = {"account": account} | {name: values[name] for name in OWN_FIELDS if name in values}
    wanted |= {name: values[name] for name in ("number", "external_number") if values.get(name)}
    if "manager_number" in values:
        number = values["manager_number"]
        if number and number not in books.managers:
            sentence = _("There is no resource with the number “%(number)s”.") % {"number": number}
            raise BadColumn("manager_number", sentence)
        wanted["manager"] = books.managers.get(number)
    if "location" in values:
        name = values["location"]
        if name and (account.pk, name) not in books.locations:
            raise BadColumn("location", _("The account has no location “%(name)s”.") % {"name": name})
        wanted["place"] = books.locations[account.pk, name].place if name else None
    return wanted


def account_named(values: Mapping, books: Books) -> Account:
    """The account of a project; raises BadColumn."""
    return account_of(books.accounts, values["account_number"], "account_number")


class Pieces:
    """The phases and tasks that the rows of one project name; raises BadColumn with the row to look at."""

    def __init__(self, project: Project, lines: Iterable[Mapping], books: Books):
        self.phases: dict[str, Piece] = {}
        self.tasks: dict[tuple[UUID | None, str], Piece] = {}
        self._project, self._books = project, books
        for line in lines:
            try:
                self._add(line)
            except DomainError as error:
                name = "phase" if not line.get("task") else "task"
                raise BadColumn(f"{name}_{error.field or 'ends_date'}", str(error), row=line["row"]) from error
        self._append(self.phases.values())
        self._append(self.tasks.values())

    def __iter__(self):
        return iter([*self.phases.values(), *self.tasks.values()])

    @property
    def are_changed(self) -> bool:
        return any(each.is_new or each.changed for each in self)

    def _add(self, line: Mapping) -> None:
        phase = self._phase(line) if line.get("phase") else None
        if not line.get("task"):
            return
        key = (phase.pk if phase else None, line["task"])
        if key in self.tasks:
            raise BadColumn("task", _("An earlier row of the file is the same task."), row=line["row"])
        known = self._books.tasks.get((self._project.pk, *key))
        task = known or ProjectTask(project=self._project, name=line["task"], phase=phase)
        task.phase, task.project = phase, self._project
        changed = differences(task, given(line, "task", TASK_FIELDS))
        check_task(task)
        self.tasks[key] = Piece(task, is_new=known is None, changed=changed)

    def _append(self, pieces: Iterable[Piece]) -> None:
        """New phases and tasks stand behind those that are there, in the order of the file."""
        new = [each.record for each in pieces if each.is_new]
        for position, record in enumerate(new, start=1):
            record.position = self._books.last[type(record)].get(self._project.pk, 0) + position

    def _phase(self, line: Mapping) -> ProjectPhase:
        """The phase of a line; its dates may stand in the first of its rows only."""
        name, dates = line["phase"], given(line, "phase", PHASE_FIELDS)
        if name in self.phases:
            phase = self.phases[name].record
            if any(value not in {None, getattr(phase, each)} for each, value in dates.items()):
                raise BadColumn(
                    "phase_starts_date", _("This differs from the first row of the phase."), row=line["row"]
                )
            return phase
        known = self._books.phases.get((self._project.pk, name))
        phase = known or ProjectPhase(project=self._project, name=name)
        changed = differences(phase, dates)
        check_dates(phase.starts_date, phase.ends_date)
        self.phases[name] = Piece(phase, is_new=known is None, changed=changed)
        return phase


def given(line: Mapping, prefix: str, names: Iterable[str]) -> dict[str, Any]:
    """The fields of a phase or task that the file has columns for."""
    return {name: line[f"{prefix}_{name}"] for name in names if f"{prefix}_{name}" in line}
