"""The account tree."""

from django.contrib import admin

from portal.accounts.models import Account, Contact
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.forms import TreeForm


class ContactInline(TenantInline):
    """The people of the account; logins and web roles are on the contact's own page."""

    model = Contact
    fields = ("full_name", "email", "phone", "language", "is_active")
    ordering = ("full_name", "pk")
    show_change_link = True
    allows_deleting = False


@admin.register(Account, site=portal_admin)
class AccountAdmin(TenantModelAdmin):
    """Accounts are deactivated, never deleted: their records refer to them."""

    position = 10
    form = TreeForm
    allows_deleting = False
    list_display = ("name", "number", "kind", "parent", "territory", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("parent", "territory")
    search_fields = ("name", "number")
    ordering = ("name", "pk")
    fields = ("number", "name", "kind", "parent", "place", "territory", "is_active", "is_externally_maintained")
    autocomplete_fields = ("parent", "place", "territory")
    inlines = (ContactInline,)
