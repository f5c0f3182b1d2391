"""The bases of whatever staff may expose or share."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.access.querysets import ExposedManager
from portal.access.shares import RecordShare, shares_of
from portal.tenancy.models import TenantModel

__all__ = ["ExposedModel", "RecordShare", "shares_of"]


class ExposedModel(TenantModel):
    """A record that is hidden from customers until staff expose it (TEN-6).

    Subclasses say in `class Access`: `section`, `account` (the path to its account); where the state matters,
    `open_when` (a Q); where another account pays, `money_account` (the path to it).
    """

    is_exposed = models.BooleanField(_("Expose to Customer"), default=False)

    objects: ClassVar[ExposedManager] = ExposedManager()

    class Meta:
        abstract = True
