"""The outbox: what went to whom, what waits, what was given up (NOT-3)."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.domain.outbox import retry
from notifications.errors import NotDead
from notifications.models import OutboxAttempt, OutboxMessage
from notifications.registry import title_of
from portal.tenancy.admin import ReadOnlyAdmin, TenantInline, portal_admin


class AttemptInline(TenantInline):
    """Each try and how it ended."""

    model = OutboxAttempt
    fields = ("number", "started_at", "finished_at", "outcome", "detail")
    readonly_fields = fields
    ordering = ("number", "pk")
    allows_adding = False
    allows_changing = False
    allows_deleting = False


@admin.register(OutboxMessage, site=portal_admin)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """Read-only; messages that were given up can be sent again."""

    position = 10
    list_display = ("title", "recipient", "state", "due_at", "attempts", "settled_at", "last_error")
    list_filter = ("state", "name")
    list_select_related = ("contact",)
    search_fields = ("address", "contact__full_name", "contact__email", "message_id")
    ordering = ("-created_at", "-pk")
    fields = (
        "title",
        "recipient",
        "language",
        "state",
        "created_at",
        "due_at",
        "next_attempt_at",
        "settled_at",
        "attempts",
        "last_error",
        "message_id",
    )
    readonly_fields = fields
    inlines = (AttemptInline,)
    actions = ("send_again",)

    @admin.display(description=gettext_lazy("message"), ordering="name")
    def title(self, row):
        return title_of(row.name)

    @admin.display(description=gettext_lazy("recipient"))
    def recipient(self, row):
        return str(row.contact) if row.contact else row.address

    @admin.action(description=gettext_lazy("Send again"))
    def send_again(self, request, rows):
        """Try once more what was given up; the rest of the selection stays as it is."""
        sent = 0
        for row in rows:
            try:
                retry(row, by=request.user)
            except NotDead:
                continue
            sent += 1
        if sent:
            text = ngettext("%(count)s message goes out again.", "%(count)s messages go out again.", sent)
            self.message_user(request, text % {"count": sent})
        else:
            self.message_user(request, _("Only messages that were given up can be sent again."), messages.WARNING)
