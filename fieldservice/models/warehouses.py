"""Where stock lies (DYNAMICS 7.5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class Warehouse(TenantModel):
    """A store or a van; its number is what other systems know it by."""

    number = models.CharField(_("number"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    place = models.ForeignKey(
        "geo.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address")
    )
    driver = models.CharField(
        _("van of"), max_length=160, blank=True, help_text=_("The name of the resource who drives it, for a van.")
    )
    is_externally_maintained = models.BooleanField(
        _("maintained by another system"),
        default=False,
        help_text=_("Its name, address and levels come from there; it is read-only here."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="warehouse_number_once",
                violation_error_message=_("Another warehouse has this number."),
            )
        ]
        indexes = [models.Index(fields=["tenant", "name", "id"], name="warehouse_by_name")]

    def __str__(self):
        return self.name
