"""Kinds of products and the ways a duration is rounded."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductKind(models.TextChoices):
    INVENTORY = "inventory", _("Inventory")
    NON_INVENTORY = "non_inventory", _("Non-inventory")
    SERVICE = "service", _("Service")


class DurationRounding(models.TextChoices):
    NONE = "none", _("To the minute")
    UP = "up", _("Up to the step")
    DOWN = "down", _("Down to the step")
    NEAREST = "nearest", _("To the nearest step")
