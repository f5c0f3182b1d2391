"""The section in the menu and in the search."""

from django.utils.translation import gettext_lazy as _

from partners.enums import NumberKind
from partners.queries.lists import find_opportunities
from portal.accounts.enums import Section
from portal.catalog.numbering import register_series
from portal.web.registry import register_navigation, register_search

register_series(NumberKind.OPPORTUNITY, _("Opportunities"), "OPP-")
register_navigation(Section.OPPORTUNITIES, _("Opportunities"), "partners:dashboard", "briefcase", 70)
register_search(
    Section.OPPORTUNITIES,
    _("Opportunities"),
    find_opportunities,
    "partners:opportunity_detail",
    70,
    note=lambda each: each.customer_name,
)
