"""What is exchanged by which schedule."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integrations.models.connections import Connection
from portal.tenancy.models import TenantModel


class IntegrationProject(TenantModel):
    """Ordered tasks over one connection, run together and one run at a time (INT-1, INT-2).

    `next_run_at` is when the sweep runs it next: by the schedule, or earlier because staff asked (`asked_at`) or the other side asked to be
    left alone until then. `reconciled_at` is when both sides were compared last.
    """

    name = models.CharField(_("name"), max_length=80)
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="projects", verbose_name=_("connection")
    )
    template = models.CharField(_("template"), max_length=80, blank=True)
    is_active = models.BooleanField(_("in use"), default=False)
    every_minutes = models.PositiveIntegerField(
        _("runs every (minutes)"), null=True, blank=True, help_text=_("Empty: only by hand.")
    )
    next_run_at = models.DateTimeField(_("next run"), null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked for"), null=True, blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("asked by"),
    )
    is_reconciled = models.BooleanField(_("both sides are compared daily"), default=True)
    reconciled_at = models.DateTimeField(_("compared"), null=True, blank=True, editable=False)
    alert_addresses = ArrayField(
        models.EmailField(), verbose_name=_("told of warnings and errors"), default=list, blank=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("integration project")
        verbose_name_plural = _("integration projects")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="integration_project_name_once",
                violation_error_message=_("There is a project of this name."),
            ),
            models.CheckConstraint(
                name="integration_project_schedule",
                condition=Q(every_minutes__isnull=True) | Q(every_minutes__gte=1, every_minutes__lte=10_080),
                violation_error_message=_("A project runs every minute at most and every week at least."),
            ),
            models.CheckConstraint(
                name="integration_project_addresses",
                condition=Q(alert_addresses__len__lte=20),
                violation_error_message=_("At most 20 people are told."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "next_run_at", "id"], condition=Q(is_active=True), name="integration_project_due"
            ),
        ]

    def __str__(self):
        return self.name
