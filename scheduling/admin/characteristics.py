"""Skills and certifications, and which of them a service requires."""

from django.contrib import admin

import fieldservice.admin  # noqa: F401  its pages are there before ours are put on them
from fieldservice.models import IncidentType
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from scheduling.models import Characteristic, RequiredCharacteristic


@admin.register(Characteristic, site=portal_admin)
class CharacteristicAdmin(TenantModelAdmin):
    """Once somebody has it, a characteristic stays."""

    position = 40
    allows_deleting = False
    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "kind")


class RequiredCharacteristicInline(TenantInline):
    """What a resource needs to do a service, on the page of the incident type."""

    model = RequiredCharacteristic
    fields = ("characteristic", "minimum_rating")
    autocomplete_fields = ("characteristic",)
    ordering = ("pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("characteristic")


portal_admin.add_inline(IncidentType, RequiredCharacteristicInline)
