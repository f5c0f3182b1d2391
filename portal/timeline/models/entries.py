"""What was said and what happened around a record (FS-4)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from portal.timeline.enums import Audience, EntryKind

OBJECT_TYPE_LENGTH = 60


class Entry(TenantModel):
    """A comment of a contact or of staff, or an event; `object_type` is "app.model", as in the audit.

    An event's text is made at reading from `code` and `payload` in the reader's language; a comment's text is as written.
    """

    object_type = models.CharField(_("kind of record"), max_length=OBJECT_TYPE_LENGTH)
    object_id = models.UUIDField(_("record"))
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind.choices, default=EntryKind.COMMENT)
    audience = models.CharField(_("seen by"), max_length=10, choices=Audience.choices, default=Audience.STAFF)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    code = models.CharField(_("event"), max_length=60, blank=True)
    payload = models.JSONField(_("details"), default=dict, blank=True)
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    request_key = models.UUIDField(_("request key"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        constraints = [
            models.CheckConstraint(
                name="entry_says_something",
                condition=(models.Q(kind=EntryKind.COMMENT) & models.Q(code=""))
                | (models.Q(kind=EntryKind.EVENT) & ~models.Q(code="")),
                violation_error_message=_("A comment has a text, an event a code."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "author", "request_key"],
                name="entry_request_once",
                violation_error_message=_("This comment was sent already."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "object_id", "-created_at", "-id"], name="entry_of_object")]

    def __str__(self):
        return self.text[:60] or self.code
