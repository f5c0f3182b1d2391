"""Tell customers of quotes, contracts and project invoices that they can see from now on (NOT-1)."""

from collections.abc import Sequence

from notifications.domain.exposures import tell_readers
from projects.enums import QuoteStatus
from projects.models import Contract, ProjectInvoice, Quote


def tell_of_quotes(quotes: Sequence[Quote]) -> int:
    """Publish one message to each contact who sees some of these quotes that await a decision; how many contacts.

    Called when a quote that was sent was exposed, or an exposed one sent.
    """
    sent = [each for each in quotes if each.status == QuoteStatus.SENT]
    return tell_readers(sent, message="quote_sent", objects="quotes")


def tell_of_contracts(contracts: Sequence[Contract]) -> int:
    """Publish one message to each contact who sees some of these; how many contacts.

    Called when an opened contract was exposed, or an exposed one opened.
    """
    opened = [each for each in contracts if each.opened_at is not None]
    return tell_readers(opened, message="contract_opened", objects="contracts")


def tell_of_invoices(invoices: Sequence[ProjectInvoice]) -> int:
    """The same when a confirmed invoice was exposed, or an exposed one confirmed. What was corrected is old news."""
    final = [each for each in invoices if each.confirmed_at is not None and not each.is_corrected]
    return tell_readers(final, message="project_invoice_exposed", objects="invoices")
