"""Who works in this admin."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.domain.logins import join_staff
from portal.accounts.models import StaffMember
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm


class JoinForm(TenantForm):
    """A new member by e-mail; users of the platform are never listed."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("The person sets a password through “Forgot password?” on the sign-in page."),
    )

    class Meta:
        model = StaffMember
        fields: tuple[str, ...] = ()

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if StaffMember.objects.filter(user__email=email).exists():
            raise forms.ValidationError(_("%(email)s is on the staff already."), params={"email": email})
        return email

    def save(self, commit=True):
        """Keep the unsaved row: `StaffMemberAdmin.save_model` lets the person join."""
        return self.instance

    def save_m2m(self):
        """Nothing beside the row."""


@admin.register(StaffMember, site=portal_admin)
class StaffMemberAdmin(TenantModelAdmin):
    """Members are deactivated, never deleted; nobody locks themself out, nobody gives themself a right."""

    position = 40
    allows_deleting = False
    list_display = ("user", "is_active", "may_preview")
    list_filter = ("is_active", "may_preview")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("user__email", "pk")

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = JoinForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request, obj=None):
        return ("email",) if obj is None else ("user", "is_active", "may_preview")

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        return ("user", "is_active", "may_preview") if obj.user_id == request.user.pk else ("user",)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        member = join_staff(form.cleaned_data["email"], by=request.user)
        obj.pk, obj.user, obj.tenant = member.pk, member.user, member.tenant

    def log_addition(self, request, obj, message):
        """`join_staff` wrote the audit."""
