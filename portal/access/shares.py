"""A single record shared with a single contact (TEN-5): guardian's object permissions with direct foreign keys.

Guardian grants to users; here the holder is the contact. A user may be a contact of several companies, a login moves from
one contact to another, and a contact may get its login after the record was shared: only the contact is the tenant's.
"""

from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import BaseObjectPermission

from portal.tenancy.models import TenantModel


class RecordShare(BaseObjectPermission, TenantModel):
    """One record that one contact may read. A model gets it by two lines, in its app's `models/shares.py`:

    class AssetShare(RecordShare):
        content_object = shares_of(Asset)
    """

    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="+", verbose_name=_("contact")
    )
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("shared by")
    )
    shared_at = models.DateTimeField(_("shared"))

    content_object: Any

    class Meta:
        abstract = True
        base_manager_name = "objects"
        verbose_name = _("share")
        verbose_name_plural = _("shared with")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "content_object", "permission"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("The record is shared with this contact already."),
            ),
        ]

    def __str__(self):
        return str(self.contact)


def shares_of(model: Any) -> models.ForeignKey:
    """The field of a share that leads to its record; backwards it is `record.shares`."""
    return models.ForeignKey(model, on_delete=models.CASCADE, related_name="shares", verbose_name=_("record"))


def share_model_of(model: type[models.Model]) -> type[RecordShare] | None:
    """The permission table of a model; None where single records are not shared."""
    try:
        found = model._meta.get_field("shares").related_model
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, type) and issubclass(found, RecordShare) else None


def read_permission(model: type[models.Model]) -> str:
    """The codename of the permission that a share gives."""
    return f"view_{model._meta.model_name}"


@cache
def share_models() -> tuple[type[RecordShare], ...]:
    """Every permission table, once all apps are loaded."""
    return tuple(model for model in apps.get_models() if issubclass(model, RecordShare))


def shared_model_of(share: type[RecordShare]) -> type[models.Model]:
    """The model whose records a permission table shares."""
    described: Any = share._meta
    return described.get_field("content_object").related_model
