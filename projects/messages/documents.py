"""Mails about contracts and project invoices. What they tell is read when they are sent, through the recipient's own eyes."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from notifications.exposures import RecordsExposed
from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import register
from portal.access.money import sees_money_of
from portal.access.viewer import Viewer, viewer_for
from portal.kit.money import money_text
from portal.tenancy.scope import current_tenant
from projects.enums import InvoiceStatus
from projects.models import Contract, ProjectInvoice

NAMED = 10


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as a mail names it; `amount` is empty for those who see no money, `due` where nothing is left to pay."""

    number: str
    name: str = ""
    amount: str = ""
    due: str = ""


@register
class ContractOpened(RecordsExposed):
    """Contracts or order forms can be seen in the portal: which, and where (PSA-3, NOT-1)."""

    name = "contract_opened"
    title = gettext_lazy("New contract")
    app = "projects"
    model = Contract
    objects = "contracts"
    ordered = "starts_date"

    def context(self, row: OutboxMessage) -> dict:
        contracts = self.records_of(row)
        viewer = viewer_for(row.contact)
        named = [NewDocument(each.number, each.name, amount_of(each, viewer)) for each in contracts[:NAMED]]
        return contracts_context(named, len(contracts), page_among("contract", contracts))

    def sample(self) -> dict:
        return contracts_context([NewDocument("C-1042", _("Modernisation of two lifts"))], 1, reverse("home"))


@register
class ProjectInvoiceExposed(RecordsExposed):
    """Project invoices can be seen in the portal: which, until when to pay, and where (PSA-4, NOT-1)."""

    name = "project_invoice_exposed"
    title = gettext_lazy("New project invoice")
    app = "projects"
    model = ProjectInvoice
    objects = "invoices"
    ordered = "invoice_date"

    def counting(self, visible):
        """In the place of a corrected one its correction is told of."""
        return visible.filter(corrected_at__isnull=True)

    def context(self, row: OutboxMessage) -> dict:
        invoices = self.records_of(row)
        viewer = viewer_for(row.contact)
        named = [
            NewDocument(each.number, amount=amount_of(each, viewer), due=due_of(each)) for each in invoices[:NAMED]
        ]
        return invoices_context(named, len(invoices), page_among("invoice", invoices))

    def sample(self) -> dict:
        return invoices_context([NewDocument("PI-1042")], 1, reverse("home"))


def contracts_context(named: list[NewDocument], count: int, page: str) -> dict:
    """What the templates of the mail read."""
    return {
        "count": count,
        "contracts": named,
        "unnamed": count - len(named),
        "headline": ngettext("A new contract is in your portal.", "%(count)d new contracts are in your portal.", count)
        % {"count": count},
        "number": named[0].number,
        "contract_url": absolute(page, current_tenant()),
    }


def invoices_context(named: list[NewDocument], count: int, page: str) -> dict:
    """What the templates of the mail read, which are those of service invoices."""
    return {
        "count": count,
        "invoices": named,
        "unnamed": count - len(named),
        "is_credit": False,
        "headline": ngettext("A new invoice is in your portal.", "%(count)d new invoices are in your portal.", count)
        % {"count": count},
        "number": named[0].number,
        "invoice_url": absolute(page, current_tenant()),
    }


def page_among(noun: str, records: list) -> str:
    """The page of the one record, or the list."""
    if len(records) == 1:
        return reverse(f"projects:{noun}_detail", args=[records[0].pk])
    return f"{reverse(f'projects:{noun}_list')}?tab=all"


def amount_of(document: Contract | ProjectInvoice, viewer: Viewer) -> str:
    """The total for those who see the payer's money."""
    return money_text(document.total, document.currency, get_language()) if sees_money_of(viewer, document) else ""


def due_of(invoice: ProjectInvoice) -> str:
    """Until when to pay, where something is."""
    if invoice.status != InvoiceStatus.CONFIRMED:
        return ""
    return _("due on %(date)s") % {"date": formats.date_format(invoice.due_date, "DATE_FORMAT")}
