"""Contracts and project invoices for tests, in the tenant in scope; made by the domain, as the database keeps what was shown."""

from decimal import Decimal

from fieldservice.domain.invoices import InvoiceItem
from portal.accounts.models import Contact
from portal.kit import clock
from projects.domain.contracts import draft_contract, open_contract
from projects.domain.invoices import confirm, draft_invoice
from projects.domain.lines import Item
from projects.domain.milestones import MilestoneItem, mark_ready, write_milestones
from projects.enums import BillingMethod, QuoteStatus
from projects.models import Contract, ContractMilestone, Project, ProjectInvoice, Quote, QuoteLine
from tests.factories import unique
from tests.factories.accounts import make_account, make_contact

# What no verb sets.
BESIDE = ("number", "internal_notes", "external_number")


def make_customer(**fields) -> Contact:
    """A contact who reads the projects of its account, with their money."""
    return make_contact("psa-customer-reviewer", **fields)


def make_line(**fields) -> Item:
    """A line of 100.00 with 8.875 % tax; what no line is charged by stands among its own fields."""
    values = {"description": unique("Lift "), "unit_price": Decimal("100.00"), "tax_name": "Sales tax"}
    values |= {"tax_rate": Decimal("8.875")}
    names = set(InvoiceItem.__dataclass_fields__)
    own = {name: fields.pop(name) for name in set(fields) - names}
    return Item(InvoiceItem(**{**values, **fields}), own)


def by_time(**fields) -> Item:
    """A line by time and material."""
    return make_line(billing_method=BillingMethod.TIME_AND_MATERIAL, **fields)


def make_contract_draft(*items: Item, **fields) -> Contract:
    """A draft with one fixed price of 108.88, tax included, that is not exposed."""
    account = fields.pop("account", None) or make_account()
    beside = {name: fields.pop(name) for name in BESIDE if name in fields}
    values = {"name": unique("Modernisation ")}
    draft = draft_contract(account, items=items or [make_line()], **{**values, **fields})
    return with_beside(draft, beside)


def make_contract(*items: Item, **fields) -> Contract:
    """A contract in force, exposed, of 108.88; `is_exposed=False` hides it."""
    return open_contract(make_contract_draft(*items, **{"is_exposed": True, **fields}))


def make_milestones(contract: Contract, *amounts: int | str) -> list[ContractMilestone]:
    """Milestones of the first line of a draft."""
    line = contract.lines.order_by("position")[0]
    items = [MilestoneItem(name=unique("Step "), amount=Decimal(each)) for each in amounts]
    return write_milestones(line, items)


def make_ready(contract: Contract, count: int | None = None) -> list[ContractMilestone]:
    """The first milestones of a contract in force, or all of them, ready to be invoiced."""
    milestones = list(ContractMilestone.objects.filter(line__contract=contract).order_by("position")[:count])
    mark_ready(contract, milestones)
    return milestones


def make_project_draft(*items: Item, **fields) -> ProjectInvoice:
    """A draft with one line of 108.88, tax included, that is not exposed."""
    account = fields.pop("account", None) or make_account()
    beside = {name: fields.pop(name) for name in BESIDE if name in fields}
    return with_beside(draft_invoice(account, items=items or [make_line()], **fields), beside)


def make_project_invoice(*items: Item, **fields) -> ProjectInvoice:
    """A confirmed, exposed invoice of 108.88; `is_exposed=False` hides it."""
    return confirm(make_project_draft(*items, **{"is_exposed": True, **fields}))


def make_plain_project(account, **fields) -> Project:
    """A project that is nothing but a name."""
    values = {"number": unique("PRJ-"), "name": unique("Tower "), "is_exposed": True, "created_at": clock.now()}
    return Project.objects.create(account=account, **{**values, **fields})


def make_won_quote(**fields) -> Quote:
    """A quote of two lines of which the second is optional and was not chosen."""
    values = {
        "number": unique("Q-"),
        "name": unique("Offer "),
        "account": fields.pop("account", None) or make_account(),
    }
    values |= {"currency": "USD", "valid_until": clock.now().date(), "created_at": clock.now()}
    quote = Quote.objects.create(**{**values, **fields})
    for position, is_optional in ((1, False), (2, True)):
        QuoteLine.objects.create(
            quote=quote,
            position=position,
            description=f"Part {position}",
            unit_price=Decimal(50),
            net=Decimal(50),
            is_optional=is_optional,
        )
    quote.status, quote.sent_at, quote.digest = QuoteStatus.WON, clock.now(), "0" * 64
    quote.save()
    return quote


def with_beside(document, beside: dict):
    """The document with what no verb sets."""
    if beside:
        type(document).objects.filter(pk=document.pk).update(**beside)
        document.refresh_from_db()
    return document
