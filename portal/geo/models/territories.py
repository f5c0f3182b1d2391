"""The districts in which a tenant works."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class Territory(TenantModel):
    """A district of the tenant; what lies in it is said by its areas (SCH-2, PRT-2)."""

    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="territory_name_once",
                violation_error_message=_("Another territory has this name."),
            ),
        ]

    def __str__(self):
        return self.name


class TerritoryArea(TenantModel):
    """The postal codes of a country that begin alike. The longest prefix that covers a place decides its territory."""

    territory = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="areas", verbose_name=_("territory")
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Use the two capitals of the country."))],
    )
    postal_prefix = models.CharField(
        _("postal codes beginning with"),
        max_length=10,
        blank=True,
        help_text=_("For example 100 or SW1. Left empty, the area is the whole country."),
    )

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "country", "postal_prefix"],
                name="territory_area_once",
                violation_error_message=_("These postal codes belong to a territory already."),
            ),
            models.CheckConstraint(
                name="territory_area_prefix_plain",
                condition=models.Q(postal_prefix__regex=r"^([0-9A-Z]+( [0-9A-Z]+)?)?$"),
                violation_error_message=_("Write the beginning of the postal code in capitals and digits."),
            ),
            models.CheckConstraint(
                name="territory_area_country_iso2",
                condition=models.Q(country__regex=r"^[A-Z]{2}$"),
                violation_error_message=_("Use the two capitals of the country."),
            ),
        ]

    def __str__(self):
        return f"{self.country} {self.postal_prefix}".strip()
