"""Who reads an entry, and what it tells of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    COMMENT = "comment", _("Comment")
    EVENT = "event", _("Event")


class Audience(models.TextChoices):
    CUSTOMER = "customer", _("Customer and staff")
    STAFF = "staff", _("Staff only")
