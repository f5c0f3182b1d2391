"""Bookable resources with what they can do, where, when and for whom."""

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.domain.logins import login_of
from portal.kit import clock
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm
from scheduling.domain.replan import begin_replanning
from scheduling.models import (
    BookableResource,
    Reservation,
    ResourceCharacteristic,
    ResourcePreference,
    ResourceTerritory,
    TimeOff,
    WorkingHours,
)


class CharacteristicInline(TenantInline):
    """Skills with their rating and how long they are valid."""

    model = ResourceCharacteristic
    verbose_name, verbose_name_plural = gettext_lazy("characteristic"), gettext_lazy("Characteristics")
    fields = ("characteristic", "rating", "valid_from", "valid_until")
    autocomplete_fields = ("characteristic",)
    ordering = ("pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("characteristic")


class TerritoryInline(TenantInline):
    """Where the resource works."""

    model = ResourceTerritory
    verbose_name, verbose_name_plural = gettext_lazy("territory"), gettext_lazy("Territories")
    fields = ("territory",)
    autocomplete_fields = ("territory",)
    ordering = ("pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("territory")


class WorkingHoursInline(TenantInline):
    """Weekly hours in the zone of the resource."""

    model = WorkingHours
    fields = ("weekday", "starts", "ends")
    ordering = ("weekday", "starts", "pk")


class TimeOffInline(TenantInline):
    """What is still to come; past time off stays in the database and out of the way."""

    model = TimeOff
    fields = ("starts_at", "ends_at", "reason")
    ordering = ("starts_at", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(ends_at__gte=clock.now()).select_related("resource")


class ReservationInline(TenantInline):
    """What is still to come of the time that other work takes; that work's own page changes it."""

    model = Reservation
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    fields = ("starts_at", "ends_at", "purpose")
    ordering = ("starts_at", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(ends_at__gte=clock.now())


class PreferenceInline(TenantInline):
    """Accounts that want, refuse or must get this resource."""

    model = ResourcePreference
    verbose_name, verbose_name_plural = gettext_lazy("preference"), gettext_lazy("Preferences of accounts")
    fields = ("account", "kind")
    autocomplete_fields = ("account",)
    ordering = ("pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("account", "resource")


class ResourceForm(TenantForm):
    """The login is named by e-mail, so that no list of users is ever shown."""

    login_email = forms.EmailField(
        label=gettext_lazy("Login"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("The e-mail by which the technician signs in. Left empty, nobody does."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.user_id:
            self.initial["login_email"] = self.instance.user.email

    def clean_login_email(self):
        email = self.cleaned_data["login_email"].lower()
        others = BookableResource.objects.exclude(pk=self.instance.pk)
        if email and others.filter(user__email=email).exists():
            raise forms.ValidationError(_("Another resource has this login."))
        return email


@admin.register(BookableResource, site=portal_admin)
class BookableResourceAdmin(TenantModelAdmin):
    """Resources are deactivated, never deleted: their bookings refer to them."""

    position = 10
    form = ResourceForm
    allows_deleting = False
    list_display = ("name", "resource_type", "start_place", "time_zone", "is_self_schedulable", "is_active")
    list_filter = ("resource_type", "is_self_schedulable", "is_active")
    list_select_related = ("start_place",)
    search_fields = ("name", "external_number")
    ordering = ("name", "pk")
    fields = (
        "name",
        "resource_type",
        "account",
        "login_email",
        "phone",
        "time_zone",
        "start_place",
        "end_place",
        "is_self_schedulable",
        "is_active",
        "external_number",
    )
    autocomplete_fields = ("account", "start_place", "end_place")
    inlines = (
        CharacteristicInline,
        TerritoryInline,
        WorkingHoursInline,
        TimeOffInline,
        ReservationInline,
        PreferenceInline,
    )

    def save_model(self, request, obj, form, change):
        if "login_email" in form.changed_data:
            email = form.cleaned_data["login_email"]
            obj.user = login_of(email) if email else None
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Whoever is away or no longer active cannot keep their visits: they go to others (SCH-12)."""
        super().save_related(request, form, formsets, change)
        count = begin_replanning(form.instance)
        if count:
            self.message_user(request, stranded_sentence(count), messages.WARNING)


def stranded_sentence(count: int) -> str:
    """What happens to the visits that the resource cannot keep."""
    return ngettext(
        "%(count)d coming visit cannot be kept by this resource. It is given to somebody else at the promised time; if"
        " nobody can keep it, it stands under “To be looked at” in the list of bookings.",
        "%(count)d coming visits cannot be kept by this resource. They are given to others at the promised time; those"
        " that nobody can keep stand under “To be looked at” in the list of bookings.",
        count,
    ) % {"count": count}
