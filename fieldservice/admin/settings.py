"""The settings of the section."""

from django.contrib import admin
from django.utils.translation import gettext as _

from fieldservice.domain.setups import rebuild_later
from fieldservice.models import FieldServiceSettings
from portal.tenancy.admin import SingleRowAdmin, portal_admin

# What decides on the day and hour at which agreements are turned into work and invoices.
PLANNED_BY = {"generation_time", "work_order_days_ahead", "invoice_days_ahead", "dates_months_ahead"}


@admin.register(FieldServiceSettings, site=portal_admin)
class FieldServiceSettingsAdmin(SingleRowAdmin):
    """When agreements are turned into work and invoices, and what holds where nothing else is said."""

    position = 65
    autocomplete_fields = ("price_list", "tax_code", "warehouse")
    fieldsets = (
        (
            _("Agreements"),
            {"fields": ("generation_time", "work_order_days_ahead", "invoice_days_ahead", "dates_months_ahead")},
        ),
        (
            _("Prices and invoices"),
            {"fields": ("price_list", "tax_code", "payment_days", "invoices_posted_work_orders")},
        ),
        (_("Stock"), {"fields": ("warehouse", "out_of_stock")}),
    )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if PLANNED_BY & set(form.changed_data):
            rebuild_later()
