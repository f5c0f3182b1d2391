"""Files that people add to a record (SECURITY 33)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from portal.timeline.enums import Audience
from portal.timeline.models.entries import OBJECT_TYPE_LENGTH, Entry

LARGEST_BYTES = 20 * 1024 * 1024


class Attachment(TenantModel):
    """A checked file under a generated name; `name` is what people call it. Size in bytes."""

    object_type = models.CharField(_("kind of record"), max_length=OBJECT_TYPE_LENGTH)
    object_id = models.UUIDField(_("record"))
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("comment")
    )
    audience = models.CharField(_("seen by"), max_length=10, choices=Audience.choices, default=Audience.STAFF)
    name = models.CharField(_("name"), max_length=160)
    path = models.CharField(_("stored as"), max_length=160, editable=False)
    content_type = models.CharField(_("type"), max_length=80, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField(_("checksum"), max_length=64, editable=False)
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
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="+", verbose_name=_("account that it counts for")
    )
    created_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "path"], name="attachment_path_once"),
            models.CheckConstraint(
                name="attachment_size",
                condition=models.Q(size__gt=0) & models.Q(size__lte=LARGEST_BYTES),
                violation_error_message=_("A file has at most 20 MB."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "object_id", "created_at", "id"], name="attachment_of_object"),
            models.Index(fields=["tenant", "account"], include=["size"], name="attachment_quota"),
        ]

    def __str__(self):
        return self.name
