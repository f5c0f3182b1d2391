"""Answers to facts of the apps below, in their transaction."""

from django.dispatch import receiver

from fieldservice.domain.invoice_notices import tell_of
from fieldservice.models import Invoice
from portal.access.signals import exposure_changed


@receiver(exposure_changed, sender=Invoice, dispatch_uid="fieldservice.tell_of_invoices")
def on_exposure(*, records, is_exposed, **_rest):
    if is_exposed:
        tell_of(records)
