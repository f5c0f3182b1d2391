"""Numbering and the settings of the section."""

from django.contrib import admin
from django.utils.translation import gettext as _

from fieldservice.domain.numbers import PREFIXES
from fieldservice.domain.setups import rebuild_later
from fieldservice.models import FieldServiceSettings, NumberSeries
from portal.tenancy.admin import SingleRowAdmin, TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm

# What decides on the day and hour at which agreements are turned into work and invoices.
PLANNED_BY = {"generation_time", "work_order_days_ahead", "invoice_days_ahead", "dates_months_ahead"}


class SeriesForm(TenantForm):
    """Numbers are not given twice."""

    def clean_next_number(self):
        number = self.cleaned_data["next_number"]
        if number < self.initial.get("next_number", 0):
            self.add_error("next_number", _("The next number can only be raised."))
        return number


@admin.register(NumberSeries, site=portal_admin)
class NumberSeriesAdmin(TenantModelAdmin):
    """Prefix and next number of work orders, agreements and invoices."""

    position = 70
    form = SeriesForm
    allows_deleting = False
    list_display = ("kind", "prefix", "next_number")
    ordering = ("kind", "pk")
    fields = ("kind", "prefix", "next_number")

    def get_readonly_fields(self, request, obj=None):
        return ("kind",) if obj else ()

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request) and NumberSeries.objects.count() < len(PREFIXES)


@admin.register(FieldServiceSettings, site=portal_admin)
class FieldServiceSettingsAdmin(SingleRowAdmin):
    """When agreements are turned into work and invoices, and what holds where nothing else is said."""

    position = 65
    autocomplete_fields = ("price_list", "tax_code")
    fieldsets = (
        (
            _("Agreements"),
            {"fields": ("generation_time", "work_order_days_ahead", "invoice_days_ahead", "dates_months_ahead")},
        ),
        (
            _("Prices and invoices"),
            {"fields": ("price_list", "tax_code", "payment_days", "invoices_posted_work_orders")},
        ),
    )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if PLANNED_BY & set(form.changed_data):
            rebuild_later()
