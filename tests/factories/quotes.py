"""Quotes for tests, in the tenant in scope; made by the domain, as the database keeps what was sent."""

from decimal import Decimal

from fieldservice.domain.invoices import InvoiceItem
from portal.accounts.models import Contact
from projects.domain.decisions import Deciding, decide
from projects.domain.lines import Item
from projects.domain.quotes import draft_quote, send
from projects.enums import Decision
from projects.models import Quote, QuoteDecision
from tests.factories import unique
from tests.factories.accounts import make_account, make_contact


def make_quote_item(**fields) -> Item:
    """A line of 100.00 with 20 % tax; `is_optional=True` makes it an option."""
    own = {name: fields.pop(name) for name in ("is_optional", "unit_cost") if name in fields}
    values = {
        "description": unique("Part "),
        "unit_price": Decimal("100.00"),
        "tax_name": "VAT",
        "tax_rate": Decimal(20),
    }
    return Item(InvoiceItem(**{**values, **fields}), own)


def make_quote_draft(*items: Item, **fields) -> Quote:
    """A draft with one line of 120.00, tax included, that is not exposed."""
    account = fields.pop("account", None) or make_account()
    beside = {name: fields.pop(name) for name in ("internal_notes", "external_number") if name in fields}
    made = draft_quote(account, lines=items or [make_quote_item()], **{"name": unique("Lift "), **fields})
    if beside:
        Quote.objects.filter(pk=made.pk).update(**beside)
        made.refresh_from_db()
    return made


def make_quote(*items: Item, **fields) -> Quote:
    """A quote that was sent, exposed, of 120.00; `is_exposed=False` hides it."""
    return send(make_quote_draft(*items, **{"is_exposed": True, **fields}))


def make_decider(**fields) -> Contact:
    """A contact who decides about the quotes of its account, and sees their money."""
    return make_contact("psa-customer-approver", **fields)


def make_decision(quote: Quote, contact: Contact, decision: Decision = Decision.APPROVED, **fields) -> QuoteDecision:
    """What the contact decided about the quote."""
    reason = "Too expensive" if decision == Decision.REJECTED else ""
    by = Deciding(contact, contact.user, "203.0.113.7", "Browser")
    return decide(quote, decision, **{"digest": quote.digest, "by": by, "reason": reason, **fields})
