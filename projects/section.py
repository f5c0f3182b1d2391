"""The section in the menu and in the search."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Section
from portal.catalog.numbering import register_series
from portal.timeline.registry import register_event, register_timeline
from portal.web.listing import label_of
from portal.web.registry import register_navigation, register_search
from projects.enums import Decision, NumberKind, QuoteStatus
from projects.models import Quote
from projects.queries.quotes import find_quotes

PREFIXES = {
    NumberKind.PROJECT: "PRJ-",
    NumberKind.QUOTE: "Q-",
    NumberKind.CONTRACT: "C-",
    NumberKind.INVOICE: "PI-",
}

for kind, prefix in PREFIXES.items():
    register_series(kind, kind.label, prefix)

register_navigation(Section.PROJECTS, _("Quotes"), "projects:quote_list", "document-text", 52)
register_search(Section.PROJECTS, _("Quotes"), find_quotes, "projects:quote_detail", 52)
register_timeline(Quote, comment_url="projects:quote_comment")
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
