"""How customers book: settings, arrival windows, accounts that are kept out."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.tenancy.admin import SingleRowAdmin, TenantModelAdmin, portal_admin
from scheduling.models import ArrivalWindow, ExcludedAccount, SchedulingSettings


@admin.register(SchedulingSettings, site=portal_admin)
class SchedulingSettingsAdmin(SingleRowAdmin):
    """One row; without it the shipped values hold."""

    position = 50
    fieldsets = (
        (None, {"fields": ("is_open", "slot_mode", "hides_exact_time")}),
        (
            _("Times on offer"),
            {"fields": ("grid_minutes", "day_starts", "day_ends", "notice_minutes", "horizon_days", "hold_minutes")},
        ),
        (_("Changes by customers"), {"fields": ("cut_off_minutes",)}),
        (
            _("Travel"),
            {"fields": ("maximum_travel_km", "travel_speed_kmh", "travel_detour_percent", "travel_in_hours")},
        ),
    )


@admin.register(ArrivalWindow, site=portal_admin)
class ArrivalWindowAdmin(TenantModelAdmin):
    """Promises like “between 8 and 12”."""

    position = 52
    list_display = ("name", "starts", "ends")
    search_fields = ("name",)
    ordering = ("starts", "pk")
    fields = ("name", "starts", "ends")


@admin.register(ExcludedAccount, site=portal_admin)
class ExcludedAccountAdmin(TenantModelAdmin):
    """Accounts whose people send requests instead of booking."""

    position = 54
    list_display = ("account", "reason")
    list_select_related = ("account",)
    search_fields = ("account__name", "account__number")
    ordering = ("account__name", "pk")
    fields = ("account", "reason")
    autocomplete_fields = ("account",)
