"""The section in the menu and in the search."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Section
from portal.catalog.numbering import register_series
from portal.timeline.registry import register_event, register_timeline
from portal.web.registry import register_navigation, register_panel, register_search
from projects.enums import NumberKind
from projects.models import Contract, Project, ProjectInvoice
from projects.papers.records import contract_table, invoice_table
from projects.queries.contracts import contracts_of, find_contracts
from projects.queries.invoices import find_invoices, invoices_of

PREFIXES = {
    NumberKind.PROJECT: "PRJ-",
    NumberKind.QUOTE: "Q-",
    NumberKind.CONTRACT: "C-",
    NumberKind.INVOICE: "PI-",
}

for kind, prefix in PREFIXES.items():
    register_series(kind, kind.label, prefix)


def contracts_panel(request, project: Project) -> dict | None:
    """The visible contracts of a project; nothing where there are none."""
    found = contracts_of(project, request.viewer)
    return {"contracts": contract_table(found, project.name)} if found else None


def invoices_panel(request, project: Project) -> dict | None:
    """The visible invoices of a project; nothing where there are none."""
    found = invoices_of(project, request.viewer)
    return {"invoices": invoice_table(found, project.name)} if found else None


register_navigation(Section.PROJECTS, _("Contracts"), "projects:contract_list", "document-text", 56)
register_search(Section.PROJECTS, _("Contracts"), find_contracts, "projects:contract_detail", 56)
register_timeline(Contract, comment_url="projects:contract_comment")
register_event("contract.opened", lambda payload: _("In force"), icon="document-check")
register_event("contract.closed", lambda payload: _("Closed"), icon="lock-closed")
register_panel("projects.project", "projects/contracts/_panel.html", contracts_panel, 60)

register_navigation(Section.PROJECTS, _("Project invoices"), "projects:invoice_list", "document-currency-dollar", 58)
register_search(Section.PROJECTS, _("Project invoices"), find_invoices, "projects:invoice_detail", 58)
register_timeline(ProjectInvoice, comment_url="projects:invoice_comment")
# No amounts: whoever reads an invoice reads its timeline.
register_event("project_invoice.confirmed", lambda payload: _("Issued"), icon="document-check")
register_event("project_invoice.paid", lambda payload: _("Paid"), icon="banknotes")
register_event("project_invoice.corrected", lambda payload: _("Corrected by another invoice"), icon="arrow-path")
register_panel("projects.project", "projects/invoices/_panel.html", invoices_panel, 70)
