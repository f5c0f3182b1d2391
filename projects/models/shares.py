"""Single records shared with single contacts (TEN-5), a table for each kind."""

from portal.access.models import RecordShare, shares_of
from projects.models.contracts import Contract
from projects.models.invoices import ProjectInvoice
from projects.models.projects import Project
from projects.models.quotes import Quote
from projects.models.team import TeamMember


class ContractShare(RecordShare):
    content_object = shares_of(Contract)


class ProjectInvoiceShare(RecordShare):
    content_object = shares_of(ProjectInvoice)


class ProjectShare(RecordShare):
    content_object = shares_of(Project)


class QuoteShare(RecordShare):
    content_object = shares_of(Quote)


class TeamMemberShare(RecordShare):
    content_object = shares_of(TeamMember)
