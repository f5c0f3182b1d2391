"""How customers book: settings, arrival windows, accounts that are kept out."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.kit.jobs import after_commit
from portal.tenancy.admin import SingleRowAdmin, TenantModelAdmin, portal_admin
from portal.tenancy.scope import current_tenant
from scheduling.admin.reminders import ALIGN
from scheduling.domain.reminders import ship_reminders
from scheduling.models import ArrivalWindow, ExcludedAccount, SchedulingSettings

# What moves reminders that are written already.
REMINDER_FIELDS = {"quiet_from", "quiet_until", "hides_exact_time"}


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
        (
            _("Changes by customers"),
            {"fields": ("cut_off_minutes", "after_cancel", "told_from_minutes", "offers_earlier", "offer_minutes")},
        ),
        (
            _("The day of the visit"),
            {"fields": ("shows_technician_name", "shows_technician_phone", "late_from_minutes", "surveys_are_on")},
        ),
        (
            _("Live map"),
            {"fields": ("tracking_is_on", "position_minutes_kept", "position_lost_after_minutes", "link_hours")},
        ),
        (_("Reminders"), {"fields": ("quiet_from", "quiet_until")}),
        (
            _("Travel"),
            {"fields": ("maximum_travel_km", "travel_speed_kmh", "travel_detour_percent", "travel_in_hours")},
        ),
    )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            ship_reminders()
        if not change or REMINDER_FIELDS & set(form.changed_data):
            after_commit(ALIGN, current_tenant().pk)


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
