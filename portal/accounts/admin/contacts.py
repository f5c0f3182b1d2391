"""Contacts with their web roles and their login."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.domain.logins import give_login, withdraw_login
from portal.accounts.domain.web_roles import assign_web_role, withdraw_web_role
from portal.accounts.models import Contact, ContactRole
from portal.kit.errors import DomainError
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin


class LoginForm(forms.Form):
    """The e-mail by which a person signs in as the contact."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("The person sets a password through “Forgot password?” on the sign-in page."),
    )


class ContactRoleInline(TenantInline):
    """Web roles are given and taken, not changed."""

    model = ContactRole
    verbose_name, verbose_name_plural = gettext_lazy("web role"), gettext_lazy("Web roles")
    fields = ("role", "given_at")
    readonly_fields = ("given_at",)
    autocomplete_fields = ("role",)
    ordering = ("role__name", "pk")
    allows_changing = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("role", "contact")


@admin.register(Contact, site=portal_admin)
class ContactAdmin(TenantModelAdmin):
    """People of accounts. The login is given on a page of its own, so that no list of users is ever shown."""

    position = 20
    allows_deleting = False
    list_display = ("full_name", "account", "email", "signs_in", "is_active")
    list_filter = ("is_active", "language", ("user", admin.EmptyFieldListFilter))
    list_select_related = ("account",)
    search_fields = ("full_name", "email", "account__name", "number")
    ordering = ("full_name", "pk")
    readonly_fields = ("number", "login")
    autocomplete_fields = ("account",)
    inlines = (ContactRoleInline,)

    def get_fields(self, request, obj=None):
        """A contact has its number, and a login at most, once it is there."""
        said = ("account", "full_name", "email", "phone", "language", "time_zone", "is_active")
        exchanged = ("is_active_customer", "is_externally_maintained")
        return (*said, *exchanged) if obj is None else ("number", *said, *exchanged, "login")

    @admin.display(description=gettext_lazy("signs in"), boolean=True)
    def signs_in(self, contact):
        return contact.user_id is not None

    @admin.display(description=gettext_lazy("login"))
    def login(self, contact):
        return contact.user.email if contact.user_id else _("None")

    def save_formset(self, request, form, formset, change):
        """Web roles go through their verbs, which write the audit."""
        if formset.model is not ContactRole:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for given in formset.deleted_objects:
            withdraw_web_role(given.contact, given.role, by=request.user)
        for given in formset.new_objects:
            assign_web_role(given.contact, given.role, by=request.user)

    def audited_formsets(self, formsets):
        return [each for each in formsets if each.model is not ContactRole]

    def get_urls(self):
        own = path(
            "<path:object_id>/login/", self.admin_site.admin_view(self.login_view), name="accounts_contact_login"
        )
        return [own, *super().get_urls()]

    def login_view(self, request, object_id):
        """Give the contact a login, or withdraw it."""
        contact = self.get_object(request, unquote(object_id))
        if contact is None or not self.has_change_permission(request, contact):
            raise Http404
        page = reverse("admin:accounts_contact_change", args=[contact.pk])
        form = LoginForm(request.POST if "give" in request.POST else None, initial={"email": contact.email})
        if request.method == "POST" and "withdraw" in request.POST:
            withdraw_login(contact, by=request.user)
            self.message_user(request, _("%(name)s no longer signs in.") % {"name": contact}, messages.SUCCESS)
            return redirect(page)
        if form.is_valid():
            try:
                give_login(contact, form.cleaned_data["email"], by=request.user)
            except DomainError as error:
                form.add_error(error.field, error.message)
            else:
                sentence = _("%(email)s signs in as %(name)s.") % {"email": contact.user.email, "name": contact}
                self.message_user(request, sentence, messages.SUCCESS)
                return redirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Login of %(name)s") % {"name": contact},
            "opts": self.opts,
            "contact": contact,
            "form": form,
        }
        return TemplateResponse(request, "admin/accounts/login.html", context)
