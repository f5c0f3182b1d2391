"""Model forms over tenant tables, and the inputs of the admin."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet, ModelForm
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.translation import gettext as _

from portal.kit.texts import straight
from portal.tenancy.errors import TooManyRows

# Rows of an inline on one page; whoever has more edits them from their own list.
INLINE_ROWS = 100
# Rows that a page takes back: those it showed, and as many that were added to them.
SENT_ROWS = 2 * INLINE_ROWS
MAXIMUM_DEPTH = 20


# The browser's own pickers: they need no script, and say the same in every language. Django's other defaults stay.
NATIVE_INPUTS: Mapping[type[models.Field], Mapping[str, Any]] = {
    models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    models.TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})},
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    },
}


class TenantForm(ModelForm):
    """Also checks the constraints that hold within a tenant; Django skips them since `tenant` is no form field.

    No text of it turns the direction of what is written beside it.
    """

    def _clean_fields(self):
        super()._clean_fields()  # type: ignore[misc]
        texts = {name: value for name, value in self.cleaned_data.items() if isinstance(value, str)}
        self.cleaned_data |= {name: straight(value) for name, value in texts.items()}

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"tenant"}  # type: ignore[misc]


class StatusForm(TenantForm):
    """For a record with a status: a form that was opened before somebody changed the status is refused.

    `lock(record)` gives the row as it is now, locked until the transaction ends. The page holds the field `seen_status`.
    """

    lock: ClassVar[Callable]
    seen_status = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding  # noqa: SLF001  Django's own way to ask
        self.initial["seen_status"] = self.instance.status

    def clean(self):
        super().clean()
        if not self.is_new:
            now = type(self).lock(self.instance).status
            if self.cleaned_data.get("seen_status", now) != now:
                self.add_error(None, _("Somebody has changed the state of this record meanwhile. Open it again."))
        return self.cleaned_data


class TreeForm(TenantForm):
    """For a model with `parent`: refuses a circle, and a tree deeper than MAXIMUM_DEPTH."""

    def clean_parent(self):
        parent = above = self.cleaned_data["parent"]
        for _step in range(MAXIMUM_DEPTH):
            if above is None:
                return parent
            if above.pk == self.instance.pk:
                raise ValidationError(_("%(name)s lies below this record."), params={"name": parent})
            above = above.parent
        raise ValidationError(_("The tree would be deeper than %(depth)d levels."), params={"depth": MAXIMUM_DEPTH})


class BoundedFormSet(BaseInlineFormSet):
    """Shows and saves the first INLINE_ROWS rows in the inline's order; the others stay as they are.

    More than SENT_ROWS are refused by TooManyRows before one of them is built (SECURITY 31).
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            return
        sent = self.management_form.cleaned_data
        if max(sent[TOTAL_FORM_COUNT] or 0, sent[INITIAL_FORM_COUNT] or 0) > SENT_ROWS:
            raise TooManyRows(SENT_ROWS)

    def add_fields(self, form, index):
        """Name each input for those who do not see the head of its column."""
        super().add_fields(form, index)
        for field in form.fields.values():
            # Django wraps the input of a foreign key in a widget of its own.
            widget = getattr(field.widget, "widget", field.widget)
            if field.label and not widget.is_hidden:
                widget.attrs.setdefault("aria-label", field.label)

    @classmethod
    def get_default_prefix(cls):
        """The model's name where the foreign key has no name backwards; scripts need one."""
        return super().get_default_prefix() or cls.model._meta.model_name  # type: ignore[union-attr]

    def get_queryset(self):
        rows = super().get_queryset()
        if not rows.query.is_sliced:
            self._queryset = rows = rows[:INLINE_ROWS]
        return rows
