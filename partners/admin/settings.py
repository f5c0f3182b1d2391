"""How opportunities are distributed: weights in their ranges, deadlines, alerts, and a trial before saving (PRT-3, PRT-5)."""

from decimal import Decimal

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain.rules import weights_of
from partners.domain.simulation import DAYS, simulate
from partners.engine.weights import RANGES, Metric
from partners.models import PartnerSettings
from partners.words import MEANINGS, METRICS, points_text, range_text, weight_text
from portal.tenancy.admin import SingleRowAdmin, portal_admin
from portal.tenancy.forms import TenantForm

WEIGHTS = tuple(f"weight_{metric}" for metric in Metric)
DEADLINES = ("is_automatic", "expiry_hours", "reminder_hours", "maximum_deliveries")
ALERTS = ("stalled_days", "overdue_days", "feedback_days")
LONGEST_EXPIRY_HOURS, MOST_DELIVERIES = 2160, 50


class PartnerSettingsForm(TenantForm):
    """Each weight says its range; what does not fit together is said at the field that is to be changed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for metric in Metric:
            field = self.fields[f"weight_{metric}"]
            words = {"setting": RANGES[metric].setting, "range": range_text(metric), "meaning": MEANINGS[metric]}
            field.help_text = _("%(setting)s: %(range)s. %(meaning)s") % words
            field.widget = forms.NumberInput(
                attrs={"min": RANGES[metric].low, "max": RANGES[metric].high, "step": "any"}
            )

    def clean(self):
        super().clean()
        for metric in Metric:
            self.check_weight(metric)
        found = self.cleaned_data
        self.check_between("expiry_hours", 1, LONGEST_EXPIRY_HOURS)
        self.check_between("maximum_deliveries", 1, MOST_DELIVERIES)
        self.check_between("feedback_days", 0, 365)
        self.check_between("stalled_days", 1, 729)
        self.check_between("overdue_days", 2, 730)
        if is_above(found.get("reminder_hours"), found.get("expiry_hours")):
            self.add_error(
                "reminder_hours",
                _("The reminder goes out after the delivery: enter less than the hours until the expiry."),
            )
        if is_above(found.get("stalled_days"), found.get("overdue_days")):
            self.add_error("overdue_days", _("Overdue comes after potentially stalled: enter more days."))
        return found

    def check_weight(self, metric: Metric) -> None:
        """Put the range next to a weight that lies outside of it."""
        weight, allowed = self.cleaned_data.get(f"weight_{metric}"), RANGES[metric]
        if weight is not None and not Decimal(str(allowed.low)) <= weight <= Decimal(str(allowed.high)):
            self.add_error(f"weight_{metric}", _("Enter a number from %(range)s.") % {"range": range_text(metric)})

    def check_between(self, name: str, low: int, high: int) -> None:
        value = self.cleaned_data.get(name)
        if value is not None and not low <= value <= high:
            self.add_error(name, _("Enter a number from %(low)d to %(high)d.") % {"low": low, "high": high})


def is_above(value: int | None, limit: int | None) -> bool:
    """Whether both are known and the first is not below the second."""
    return value is not None and limit is not None and value >= limit


@admin.register(PartnerSettings, site=portal_admin)
class PartnerSettingsAdmin(SingleRowAdmin):
    """One row; without it the shipped values hold."""

    position = 60
    form = PartnerSettingsForm
    change_form_template = "admin/partners/partnersettings/change_form.html"
    fieldsets = (
        (
            gettext_lazy("Weights"),
            {
                "fields": WEIGHTS,
                "description": gettext_lazy(
                    "A positive weight rewards a high number, a negative one a low number; 0 disregards the metric."
                    " Rates are fractions from 0 to 1."
                ),
            },
        ),
        (gettext_lazy("Distribution"), {"fields": DEADLINES}),
        (gettext_lazy("Alerts and feedback"), {"fields": ALERTS}),
    )

    def get_urls(self):
        own = path(
            "simulate/", self.admin_site.admin_view(self.simulate_view), name="partners_partnersettings_simulate"
        )
        return [own, *super().get_urls()]

    def simulate_view(self, request):
        """What the weights of the form, which are not saved, would have changed; its button saves the form."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        row = PartnerSettings.objects.order_by("pk").first()
        if request.method != "POST":
            return redirect("admin:partners_partnersettings_changelist")
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        if not form.is_valid():
            # The same form with its messages: it saves nothing as long as it is wrong.
            return self.changeform_view(request, str(row.pk) if row else None)
        found = simulate(weights_of(form.instance))
        context = {
            **self.admin_site.each_context(request),
            "title": _("With these weights the last %(days)d days would have gone so") % {"days": DAYS},
            "opts": self.opts,
            "record": row,
            "fields": [
                (name, value) for name, values in request.POST.lists() if name in form.fields for value in values
            ],
            "weights": [(METRICS[metric], weight_text(weight)) for metric, weight in weights_in(form)],
            "found": found,
            "changed": [(each, points_text(each.score) if each.score is not None else "–") for each in found.changed],
        }
        return TemplateResponse(request, "admin/partners/partnersettings/simulation.html", context)


def weights_in(form: PartnerSettingsForm) -> list[tuple[Metric, float]]:
    """The weights of a form, in order."""
    return [(metric, float(form.cleaned_data[f"weight_{metric}"])) for metric in Metric]
