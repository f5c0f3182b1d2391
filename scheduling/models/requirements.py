"""What a visit needs of the one who comes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.models.resources import Characteristic


class RequiredCharacteristic(TenantModel):
    """An incident type needs this characteristic, at least this well."""

    incident_type = models.ForeignKey(
        "fieldservice.IncidentType", on_delete=models.CASCADE, related_name="+", verbose_name=_("incident type")
    )
    characteristic = models.ForeignKey(
        Characteristic, on_delete=models.PROTECT, related_name="+", verbose_name=_("characteristic")
    )
    minimum_rating = models.PositiveSmallIntegerField(
        _("minimum rating"), null=True, blank=True, help_text=_("Left empty, any rating will do.")
    )

    class Meta:
        verbose_name = _("required characteristic")
        verbose_name_plural = _("required characteristics")
        constraints = [
            models.UniqueConstraint(
                fields=["incident_type", "characteristic"],
                name="required_characteristic_once",
                violation_error_message=_("The characteristic is listed already."),
            ),
            models.CheckConstraint(
                name="required_rating_range",
                condition=Q(minimum_rating__isnull=True) | Q(minimum_rating__gte=1, minimum_rating__lte=10),
                violation_error_message=_("A rating is a number from 1 to 10."),
            ),
        ]

    def __str__(self):
        return str(self.characteristic)
