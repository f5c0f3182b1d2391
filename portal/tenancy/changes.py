"""What a form changed, as plain values for the audit trail: before → after of the changed fields only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Model
from django.forms import BaseForm, ModelChoiceField


@dataclass(frozen=True, slots=True)
class Changes:
    """Values by field name; falsy when nothing changed."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.before or self.after)


def plain(value: Any) -> Any:
    """The value as JSON keeps it: a record by its name, an instant in ISO 8601."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)


def changes_of(form: BaseForm, formsets: Iterable = (), *, without: Iterable[str] = ()) -> Changes:
    """What a valid, saved form and its inlines changed."""
    skipped = set(without)
    names = [name for name in form.changed_data if name not in skipped]
    changes = Changes(
        # Only the form of an existing object begins with values.
        before={name: former(form, name) for name in names if form.initial},
        after={name: plain(form.cleaned_data.get(name)) for name in names},
    )
    for formset in formsets:
        add_rows(changes, formset)
    return changes


def add_rows(changes: Changes, formset) -> None:
    """Put the rows that an inline added, changed and deleted beside the fields, each under its name."""
    forms = {id(form.instance): form for form in formset.forms}
    for row in formset.new_objects:
        changes.after[label(row)] = values(forms[id(row)])
    for row, names in formset.changed_objects:
        form = forms[id(row)]
        changes.before[label(row)] = {name: former(form, name) for name in names}
        changes.after[label(row)] = {name: plain(form.cleaned_data.get(name)) for name in names}
    for row in formset.deleted_objects:
        form = forms[id(row)]
        changes.before[label(row)] = {name: former(form, name) for name in form.initial if name in form.fields}


def label(row: Model) -> str:
    return f"{row._meta.verbose_name}: {row}"


def values(form: BaseForm) -> dict[str, Any]:
    """The fields of a new row that somebody filled in."""
    return {name: plain(form.cleaned_data.get(name)) for name in form.changed_data}


def former(form: BaseForm, name: str) -> Any:
    """The value that the form began with."""
    value = form.get_initial_for_field(form.fields[name], name)
    choice = form.fields[name]
    if isinstance(choice, ModelChoiceField) and choice.queryset is not None and not isinstance(value, Model | None):
        value = choice.queryset.filter(pk=value).order_by("pk").first() or value
    return plain(value)
