"""When customers are reminded of their visits (NOT-1)."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, ngettext

from portal.kit.jobs import after_commit
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm
from portal.tenancy.scope import current_tenant
from scheduling.models import VisitReminder

MINUTES, HOURS, DAYS = 1, 60, 1440
ALIGN = "scheduling.align_reminders"


def unit_of(minutes: int) -> int:
    """The largest unit in which the span is a whole number."""
    return next(unit for unit in (DAYS, HOURS, MINUTES) if minutes % unit == 0)


def in_words(minutes: int) -> str:
    """The span as staff read it: "2 days before the visit"."""
    unit = unit_of(minutes)
    count = minutes // unit
    texts = {
        MINUTES: ngettext("%(count)d minute before the visit", "%(count)d minutes before the visit", count),
        HOURS: ngettext("%(count)d hour before the visit", "%(count)d hours before the visit", count),
        DAYS: ngettext("%(count)d day before the visit", "%(count)d days before the visit", count),
    }
    return texts[unit] % {"count": count}


class ReminderForm(TenantForm):
    """A number and its unit stand for the minutes."""

    amount = forms.IntegerField(label=gettext_lazy("How long before the visit"), min_value=1, max_value=43_200)
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"),
        coerce=int,
        initial=HOURS,
        choices=[
            (MINUTES, gettext_lazy("minutes")),
            (HOURS, gettext_lazy("hours")),
            (DAYS, gettext_lazy("days")),
        ],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        minutes = self.instance.minutes_before
        if minutes:
            unit = unit_of(minutes)
            self.initial |= {"amount": minutes // unit, "unit": unit}

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if "amount" in cleaned and "unit" in cleaned:
            self.instance.minutes_before = cleaned["amount"] * cleaned["unit"]
        return cleaned

    def _get_validation_exclusions(self):
        """The minutes are checked though they are no field of the form, once there are some."""
        given = {"minutes_before"} if {"amount", "unit"} <= set(self.cleaned_data) else set()
        return super()._get_validation_exclusions() - given

    def _update_errors(self, errors):
        """What is wrong with the minutes stands beside the number."""
        found = dict(getattr(errors, "error_dict", {}))
        if "minutes_before" in found:
            found["amount"] = found.pop("minutes_before")
            errors = ValidationError(found)
        super()._update_errors(errors)  # type: ignore[misc]


@admin.register(VisitReminder, site=portal_admin)
class VisitReminderAdmin(TenantModelAdmin):
    """Each row is one reminder; coming visits follow when it changes."""

    position = 56
    form = ReminderForm
    list_display = ("when",)
    ordering = ("-minutes_before", "pk")
    fields = ("amount", "unit")

    @admin.display(description=gettext_lazy("customers are reminded"), ordering="minutes_before")
    def when(self, reminder):
        return in_words(reminder.minutes_before)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        after_commit(ALIGN, current_tenant().pk)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        after_commit(ALIGN, current_tenant().pk)
