"""Days on which nobody works, and hours in which a site lets a technician in."""

from django.contrib import admin

from portal.tenancy.admin import TenantModelAdmin, portal_admin
from scheduling.models import BusinessClosure, OpeningHours


@admin.register(BusinessClosure, site=portal_admin)
class BusinessClosureAdmin(TenantModelAdmin):
    """Holidays of the whole company."""

    position = 60
    list_display = ("date", "name")
    search_fields = ("name",)
    ordering = ("-date", "pk")
    fields = ("date", "name")


@admin.register(OpeningHours, site=portal_admin)
class OpeningHoursAdmin(TenantModelAdmin):
    """In the zone of the site; a site without rows is always open."""

    position = 70
    list_display = ("place", "weekday", "opens", "closes")
    list_filter = ("weekday",)
    list_select_related = ("place",)
    search_fields = ("place__name", "place__line1", "place__city")
    ordering = ("place", "weekday", "opens", "pk")
    fields = ("place", "weekday", "opens", "closes")
    autocomplete_fields = ("place",)
