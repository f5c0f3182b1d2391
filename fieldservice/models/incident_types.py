"""What customers ask for (DYNAMICS 1.3)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class WorkOrderType(TenantModel):
    """Maintenance, repair, inspection; may be kept from self-scheduling."""

    name = models.CharField(_("name"), max_length=80)
    is_self_schedulable = models.BooleanField(
        _("open for self-scheduling"), default=True, help_text=_("Otherwise customers send a request instead.")
    )

    is_taxable = models.BooleanField(_("taxable"), default=True)
    price_list = models.ForeignKey(
        "catalog.PriceList",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("price list"),
    )

    class Meta:
        verbose_name = _("work order type")
        verbose_name_plural = _("work order types")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="work_order_type_once",
                violation_error_message=_("This work order type exists already."),
            ),
        ]

    def __str__(self):
        return self.name


class IncidentType(TenantModel):
    """A service with its duration; customers read `display_name`."""

    name = models.CharField(_("name"), max_length=120)
    display_name = models.CharField(
        _("name for customers"), max_length=120, blank=True, help_text=_("Needed for self-scheduling.")
    )
    description = models.CharField(_("description for customers"), max_length=300, blank=True)
    work_order_type = models.ForeignKey(
        WorkOrderType, on_delete=models.PROTECT, related_name="+", verbose_name=_("work order type")
    )
    duration_minutes = models.PositiveIntegerField(_("duration in minutes"), default=60)
    is_self_schedulable = models.BooleanField(_("open for self-scheduling"), default=False)
    needs_staff = models.BooleanField(
        _("needs staff"),
        default=False,
        help_text=_("Shown to customers, who send a request that staff then schedule."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("incident type")
        verbose_name_plural = _("incident types")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="incident_type_once",
                violation_error_message=_("This incident type exists already."),
            ),
            models.CheckConstraint(
                name="incident_type_duration",
                condition=Q(duration_minutes__gte=5) & Q(duration_minutes__lte=1440),
                violation_error_message=_("A visit takes from 5 minutes to 24 hours."),
            ),
            models.CheckConstraint(
                name="incident_type_named_for_customers",
                condition=Q(is_self_schedulable=False) | ~Q(display_name=""),
                violation_error_message=_("Give it a name for customers before you open it for self-scheduling."),
            ),
        ]

    def __str__(self):
        return self.name
