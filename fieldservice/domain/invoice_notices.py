"""Tell customers of invoices that they can see from now on (NOT-1)."""

from collections.abc import Sequence

from fieldservice.models import Invoice
from notifications.domain.exposures import tell_readers


def tell_of(invoices: Sequence[Invoice]) -> int:
    """Publish one message to each contact who sees some of these, in the caller's transaction; how many contacts.

    Called when an issued invoice was exposed, or an exposed one issued.
    """
    return tell_readers([each for each in invoices if each.is_final], message="invoice_exposed", objects="invoices")
