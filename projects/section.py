"""The section in the menu and in the search."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Section
from portal.catalog.numbering import register_series
from portal.timeline.registry import register_event, register_timeline
from portal.web.listing import label_of
from portal.web.registry import register_navigation, register_panel, register_search
from projects.enums import Decision, Health, NumberKind, ProjectStage, QuoteStatus
from projects.models import Contract, Project, ProjectInvoice, Quote
from projects.papers.records import contract_table, invoice_table, quote_table
from projects.queries.contracts import find_contracts
from projects.queries.documents import unpacked
from projects.queries.invoices import find_invoices
from projects.queries.projects import find_projects
from projects.queries.quotes import find_quotes
from projects.queries.resources import find_resources

PREFIXES = {
    NumberKind.PROJECT: "PRJ-",
    NumberKind.QUOTE: "Q-",
    NumberKind.CONTRACT: "C-",
    NumberKind.INVOICE: "PI-",
}

for kind, prefix in PREFIXES.items():
    register_series(kind, kind.label, prefix)

register_navigation(Section.PROJECTS, _("Projects"), "projects:project_list", "rectangle-stack", 50)
register_search(Section.PROJECTS, _("Projects"), find_projects, "projects:project_detail", 50)
register_navigation(Section.PROJECTS, _("Resources"), "projects:resource_list", "user-group", 60)
register_search(Section.PROJECTS, _("Resources"), find_resources, "projects:resource_detail", 60)

register_timeline(Project, comment_url="projects:project_comment")
register_event(
    "project.stage",
    lambda payload: _("Stage: %(stage)s") % {"stage": label_of(ProjectStage, payload["to"])},
    icon="arrow-path",
)


def health_text(payload) -> str:
    """The status as its manager reported it, with the comment where there is one."""
    status = _("Status: %(status)s") % {"status": label_of(Health, payload["health"])}
    return f"{status}. {payload['comment']}" if payload["comment"] else str(status)


register_event("project.health", health_text, icon="flag")


def quotes_panel(request, project) -> dict | None:
    """The quotes that came with a project; nothing where there are none."""
    found = unpacked(Quote, project.seen_quotes)
    return {"quotes": quote_table(found, project.name)} if found else None


def contracts_panel(request, project) -> dict | None:
    """The contracts that came with a project; nothing where there are none."""
    found = unpacked(Contract, project.seen_contracts)
    return {"contracts": contract_table(found, project.name)} if found else None


def invoices_panel(request, project) -> dict | None:
    """The invoices that came with a project; nothing where there are none."""
    found = unpacked(ProjectInvoice, project.seen_invoices)
    return {"invoices": invoice_table(found, project.name)} if found else None


register_navigation(Section.PROJECTS, _("Quotes"), "projects:quote_list", "document-text", 52)
register_search(Section.PROJECTS, _("Quotes"), find_quotes, "projects:quote_detail", 52, note=lambda each: each.name)
register_timeline(Quote, comment_url="projects:quote_comment")
register_panel("projects.project", "projects/quotes/_panel.html", quotes_panel, 50)
register_event("quote.sent", lambda payload: _("Sent"), icon="paper-airplane")
register_event(
    "quote.decided",
    lambda payload: (
        _("%(decision)s by %(name)s") % {"decision": label_of(Decision, payload["decision"]), "name": payload["name"]}
    ),
    icon="check-badge",
)
register_event(
    "quote.closed",
    lambda payload: _("Status: %(status)s") % {"status": label_of(QuoteStatus, payload["status"])},
    icon="archive-box",
)

register_navigation(Section.PROJECTS, _("Contracts"), "projects:contract_list", "document-text", 56)
register_search(Section.PROJECTS, _("Contracts"), find_contracts, "projects:contract_detail", 56)
register_timeline(Contract, comment_url="projects:contract_comment")
register_event("contract.opened", lambda payload: _("In force"), icon="document-check")
register_event("contract.closed", lambda payload: _("Closed"), icon="lock-closed")
register_panel("projects.project", "projects/contracts/_panel.html", contracts_panel, 60)

register_navigation(
    Section.PROJECTS,
    _("Project invoices"),
    "projects:invoice_list",
    "document-currency-dollar",
    58,
    short=_("Invoices"),
)
register_search(Section.PROJECTS, _("Project invoices"), find_invoices, "projects:invoice_detail", 58)
register_timeline(ProjectInvoice, comment_url="projects:invoice_comment")
# No amounts: whoever reads an invoice reads its timeline.
register_event("project_invoice.confirmed", lambda payload: _("Issued"), icon="document-check")
register_event("project_invoice.paid", lambda payload: _("Paid"), icon="banknotes")
register_event("project_invoice.corrected", lambda payload: _("Corrected by another invoice"), icon="arrow-path")
register_panel("projects.project", "projects/invoices/_panel.html", invoices_panel, 70)
