"""The platform's own pages: companies with their hosts, and users."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.accounts.domain.logins import join_staff
from portal.accounts.domain.web_roles import ship_web_roles
from portal.accounts.enums import Section
from portal.accounts.models import User
from portal.tenancy.admin import PlatformInline, PlatformModelAdmin, portal_admin
from portal.tenancy.models import Tenant, TenantHost
from portal.tenancy.scope import tenant_scope


class TenantForm(forms.ModelForm):
    """A company; a new one names the first member of its staff."""

    sections = forms.MultipleChoiceField(
        label=_("Sections"), choices=Section.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    first_staff = forms.EmailField(
        label=_("E-mail of the first staff member"),
        max_length=254,
        required=False,
        help_text=_("The person sets a password through “Forgot password?” on the company's sign-in page."),
    )


class TenantHostInline(PlatformInline):
    """The addresses that lead to the company."""

    model = TenantHost
    fields = ("host", "is_primary")
    allows_deleting = True


@admin.register(Tenant, site=portal_admin)
class TenantAdmin(PlatformModelAdmin):
    """Companies are deactivated, never deleted."""

    form = TenantForm
    list_display = ("name", "slug", "time_zone", "currency", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "slug", "hosts__host")
    ordering = ("name", "pk")
    inlines = (TenantHostInline,)

    def get_fields(self, request, obj=None):
        own = ("name", "slug", "is_active", "time_zone", "currency", "languages", "sections", "accent", "logo")
        return (*own, "support_email", "support_phone", *(() if obj else ("first_staff",)))

    def save_related(self, request, form, formsets, change):
        """A new company begins with the shipped web roles and its first member of staff."""
        super().save_related(request, form, formsets, change)
        if change:
            return
        with tenant_scope(form.instance):
            ship_web_roles()
            if form.cleaned_data["first_staff"]:
                join_staff(form.cleaned_data["first_staff"], by=request.user)


@admin.register(User, site=portal_admin)
class UserAdmin(PlatformModelAdmin):
    """Logins; what they open is said by contacts and staff members of each company."""

    list_display = ("email", "is_active", "is_platform_staff", "last_login")
    list_filter = ("is_active", "is_platform_staff")
    search_fields = ("email",)
    ordering = ("email",)
    fields = ("email", "is_active", "is_platform_staff", "last_login")
    readonly_fields = ("last_login",)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request, obj=None):
        own = ("is_active", "is_platform_staff") if obj is not None and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)
