"""What customers looked for, so that staffing can follow (SCH-13)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.tenancy.admin import ReadOnlyAdmin, portal_admin
from scheduling.models import SlotSearch


class FoundFilter(admin.SimpleListFilter):
    """Searches that found nothing are the ones to staff for."""

    title = _("result")
    parameter_name = "found"

    def lookups(self, request, model_admin):
        return (("nothing", _("Found nothing")), ("times", _("Found times")))

    def queryset(self, request, queryset):
        if self.value() == "nothing":
            return queryset.filter(found=0)
        if self.value() == "times":
            return queryset.filter(found__gt=0)
        return queryset


@admin.register(SlotSearch, site=portal_admin)
class SlotSearchAdmin(ReadOnlyAdmin):
    """One row a question: who looked for which service, where and for which day."""

    position = 30
    list_display = ("at", "date", "incident_type", "place", "account", "found", "qualified", "count")
    list_filter = (FoundFilter,)
    list_select_related = ("incident_type", "place", "account")
    search_fields = ("account__name", "incident_type__name", "place__city", "place__postal_code")
    ordering = ("-at", "-pk")
    fields = (
        "at",
        "date",
        "incident_type",
        "place",
        "account",
        "found",
        "qualified",
        "travel_method",
        "count",
    )
