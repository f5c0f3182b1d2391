"""The section in the menu and in the search."""

from django.utils.translation import gettext_lazy as _

from partners.enums import NumberKind
from portal.catalog.numbering import register_series

register_series(NumberKind.OPPORTUNITY, _("Opportunities"), "OPP-")
