"""Web roles as rows that staff edit (TEN-4)."""

from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import WebRole, WebRoleGrant
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin


class GrantInline(TenantInline):
    """Which sections the role opens, how far, whether their money is seen, and whether of all records."""

    model = WebRoleGrant
    fields = ("section", "level", "sees_money", "own_only")
    ordering = ("section",)


@admin.register(WebRole, site=portal_admin)
class WebRoleAdmin(TenantModelAdmin):
    """A shipped role, or one that somebody holds, cannot be deleted; its grants can be changed."""

    position = 30
    list_display = ("name", "description", "includes_child_accounts", "holders")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "description", "includes_child_accounts", "manages_team")
    inlines = (GrantInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(holder_count=Count("holders"))

    @admin.display(description=_("holders"), ordering="holder_count")
    def holders(self, role):
        return role.holder_count

    def has_delete_permission(self, request, obj=None):
        if obj is not None and (obj.key or obj.holders.exists()):
            return False
        return super().has_delete_permission(request, obj)
