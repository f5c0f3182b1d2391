"""Running numbers for people: of work orders, invoices, quotes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class NumberSeries(TenantModel):
    """The next number of a kind of record; its row is locked while one is taken."""

    kind = models.CharField(_("kind"), max_length=20)
    prefix = models.CharField(_("prefix"), max_length=12, blank=True)
    next_number = models.PositiveBigIntegerField(_("next number"), default=1001)

    class Meta:
        verbose_name = _("numbering")
        verbose_name_plural = _("numbering")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind"],
                name="one_series_a_kind",
                violation_error_message=_("This kind of record has its numbering already."),
            )
        ]

    def __str__(self):
        return f"{self.prefix}{self.next_number}"
