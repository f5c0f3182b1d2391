"""Kinds of accounts, sections of the portal and levels of a web role."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    PARTNER = "partner", _("Partner")


class Section(models.TextChoices):
    """What a web role can open (TEN-4)."""

    FIELD_SERVICE = "field_service", _("Field service")
    SCHEDULING = "scheduling", _("Self-scheduling")
    PROJECTS = "projects", _("Projects")
    OPPORTUNITIES = "opportunities", _("Opportunities")


class Level(models.TextChoices):
    """A reviewer reads; an approver also decides (TEN-4)."""

    READ = "read", _("Read")
    DECIDE = "decide", _("Read and decide")
