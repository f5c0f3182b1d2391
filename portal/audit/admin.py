"""The trail that the admin writes to, and the read-only list of it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.audit.domain import record
from portal.audit.models import AuditEntry
from portal.tenancy.admin import ReadOnlyAdmin, portal_admin
from portal.tenancy.changes import Changes

RECENT = 10


class AuditTrail:
    """Keeps what staff do in the admin in the tenant's audit, and reads it back (TEN-6)."""

    def record(self, request, action: str, obj, changes: Changes) -> None:
        record(request.user, action, obj, before=changes.before, after=changes.after)

    def history(self, obj):
        """All entries on a record, newest first."""
        return AuditEntry.objects.filter(object_id=obj.pk).select_related("actor").order_by("-at", "-pk")

    def recent(self, user):
        """What this person did last."""
        return AuditEntry.objects.filter(actor=user).select_related("actor").order_by("-at", "-pk")[:RECENT]


portal_admin.trail = AuditTrail()


@admin.register(AuditEntry, site=portal_admin)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Append-only; PostgreSQL refuses changes too."""

    position = 90
    list_display = ("at", "actor", "action", "object_text", "object_type")
    list_display_links = ("at", "object_text")
    list_select_related = ("actor",)
    search_fields = ("=action", "object_text__istartswith", "=object_id")
    search_help_text = _("Action, beginning of the record's name, or its id")
    ordering = ("-at", "-pk")
    fields = ("at", "actor", "action", "object_type", "object_text", "object_id", "before", "after")
