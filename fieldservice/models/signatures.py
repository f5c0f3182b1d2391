"""The customer's word that a job is done (FS-4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fieldservice.models.work_orders import WorkOrder
from portal.tenancy.models import TenantModel


class WorkOrderSignature(TenantModel):
    """A name typed under a completed work order, once; opening the work order again takes it away."""

    work_order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="+", verbose_name=_("work order"))
    name = models.CharField(_("name as typed"), max_length=120)
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "work_order"],
                name="work_order_signed_once",
                violation_error_message=_("This work order was signed already."),
            ),
        ]

    def __str__(self):
        return self.name
