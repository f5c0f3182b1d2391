"""Projects, teams, quotes, contracts, project invoices."""

from projects.models.contracts import Contract, ContractLine, ContractMilestone
from projects.models.invoices import ProjectInvoice, ProjectInvoiceLine
from projects.models.projects import Project, ProjectPhase, ProjectTask
from projects.models.quotes import Quote, QuoteDecision, QuoteLine, QuoteQuestion
from projects.models.shares import ContractShare, ProjectInvoiceShare, ProjectShare, QuoteShare, TeamMemberShare
from projects.models.team import ProjectRole, TaskAssignment, TeamBooking, TeamMember

__all__ = [
    "Contract",
    "ContractLine",
    "ContractMilestone",
    "ContractShare",
    "Project",
    "ProjectInvoice",
    "ProjectInvoiceLine",
    "ProjectInvoiceShare",
    "ProjectPhase",
    "ProjectRole",
    "ProjectShare",
    "ProjectTask",
    "Quote",
    "QuoteDecision",
    "QuoteLine",
    "QuoteQuestion",
    "QuoteShare",
    "TaskAssignment",
    "TeamBooking",
    "TeamMember",
    "TeamMemberShare",
]
