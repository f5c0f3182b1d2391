"""Invoices for tests, in the tenant in scope; made by the domain, as the database checks their sums."""

from decimal import Decimal

from fieldservice.domain.invoices import InvoiceItem, draft_invoice, issue
from fieldservice.models import Invoice
from tests.factories import unique
from tests.factories.accounts import make_account

# What no verb sets.
BESIDE = ("number", "internal_notes", "external_number", "cancel_reason")


def make_item(**fields) -> InvoiceItem:
    """A line of 100.00 with 8.875 % tax."""
    values = {
        "description": unique("Part "),
        "unit_price": Decimal("100.00"),
        "tax_name": "Sales tax",
        "tax_rate": Decimal("8.875"),
    }
    return InvoiceItem(**{**values, **fields})


def make_draft(*items: InvoiceItem, by=None, **fields) -> Invoice:
    """A draft with one line of 108.88, tax included, that is not exposed."""
    account = fields.pop("account", None) or make_account()
    beside = {name: fields.pop(name) for name in BESIDE if name in fields}
    draft = draft_invoice(account, lines=items or [make_item()], by=by, **fields)
    if beside:
        Invoice.objects.filter(pk=draft.pk).update(**beside)
        draft.refresh_from_db()
    return draft


def make_invoice(*items: InvoiceItem, **fields) -> Invoice:
    """An issued, exposed invoice of 108.88; `is_exposed=False` hides it."""
    return issue(make_draft(*items, **{"is_exposed": True, **fields}))
