"""What customers may ask for."""

from django.contrib import admin

from fieldservice.models import IncidentType, WorkOrderType
from portal.tenancy.admin import TenantModelAdmin, portal_admin


@admin.register(WorkOrderType, site=portal_admin)
class WorkOrderTypeAdmin(TenantModelAdmin):
    """Maintenance, repair, inspection."""

    position = 50
    allows_deleting = False
    list_display = ("name", "is_self_schedulable")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "is_self_schedulable")


@admin.register(IncidentType, site=portal_admin)
class IncidentTypeAdmin(TenantModelAdmin):
    """Scheduling adds the characteristics that a resource needs for it."""

    position = 40
    allows_deleting = False
    list_display = ("name", "display_name", "work_order_type", "duration_minutes", "is_self_schedulable", "is_active")
    list_filter = ("is_self_schedulable", "needs_staff", "is_active")
    list_select_related = ("work_order_type",)
    search_fields = ("name", "display_name")
    ordering = ("name", "pk")
    fields = (
        "name",
        "display_name",
        "description",
        "work_order_type",
        "duration_minutes",
        "is_self_schedulable",
        "needs_staff",
        "is_active",
    )
    autocomplete_fields = ("work_order_type",)
