"""What customers looked for, for staffing (SCH-13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class SlotSearch(TenantModel):
    """A search of one day's times: what, where, when, and what it found."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, related_name="+", verbose_name=_("account")
    )
    incident_type = models.ForeignKey(
        "fieldservice.IncidentType", on_delete=models.CASCADE, related_name="+", verbose_name=_("service")
    )
    place = models.ForeignKey("geo.Place", on_delete=models.CASCADE, related_name="+", verbose_name=_("site"))
    date = models.DateField(_("day searched"))
    found = models.PositiveIntegerField(_("times found"))
    qualified = models.PositiveIntegerField(_("resources that qualified"))
    travel_method = models.CharField(_("measured by"), max_length=20, blank=True)
    count = models.PositiveIntegerField(_("times searched"), default=1)
    at = models.DateTimeField(_("last searched"))

    class Meta:
        verbose_name = _("search for a time")
        verbose_name_plural = _("searches for a time")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "account", "incident_type", "place", "date"],
                name="slot_search_once",
                violation_error_message=_("This search is on record already."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-at", "-id"], name="slot_search_recent")]

    def __str__(self):
        return f"{self.incident_type} {self.date}"
