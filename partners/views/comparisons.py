"""Why another partner got an opportunity: the viewer's own line and the winner's sum, nobody's name (PRT-5)."""

from decimal import Decimal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from partners.domain.tables import row_of
from partners.engine.ranking import Cell
from partners.engine.weights import Metric
from partners.queries import comparisons as queries
from partners.words import points_text
from portal.accounts.enums import Section
from portal.kit.money import number_text, percent_text
from portal.tenancy.scope import current_tenant
from portal.web.declarations import Rule
from portal.web.times import format_instant
from portal.web.views.base import SectionView

LABELS = {
    Metric.DISTANCE: gettext_lazy("Distance to the customer"),
    Metric.WIN_RATE: gettext_lazy("Won of what was delivered"),
    Metric.RETURN_RATE: gettext_lazy("Returned of what was accepted"),
    Metric.FEEDBACK_RATE: gettext_lazy("With feedback of the customer"),
    Metric.STALL_RATE: gettext_lazy("Stalled of what was accepted"),
    Metric.TOUCH_RATE: gettext_lazy("Answered in time"),
    Metric.DAYS_TO_CLOSE: gettext_lazy("Average time to close"),
}


class Comparisons(SectionView):
    """`/partners/opportunities/comparisons/`: what the viewer's company could have got."""

    section = Section.OPPORTUNITIES
    object_type = ""
    access_rule = Rule.ROLE
    template_name = "partners/comparisons/list.html"

    def get(self, request):
        zone = current_tenant().zone
        rows = [
            {
                "url": reverse("partners:comparison", args=[each.pk]),
                "cells": [{"value": each.number}, {"value": each.kind}, {"value": format_instant(each.at, zone)}],
            }
            for each in queries.comparisons(self.viewer)
        ]
        columns = [{"label": _("Reference")}, {"label": _("Kind")}, {"label": _("Given away")}]
        return self.render(
            rows=rows, columns=columns, compares=self.viewer.account_id in self.viewer.reach(self.section)
        )


class Comparison(SectionView):
    """`/partners/opportunities/comparisons/ID/`."""

    section = Section.OPPORTUNITIES
    object_type = ""
    access_rule = Rule.POLICY
    template_name = "partners/comparisons/detail.html"

    def get(self, request, run):
        found = queries.comparison(self.viewer, run)
        row = row_of(found, self.viewer.account_id) if found is not None else None
        if row is None or not row.is_available:
            raise Http404
        lists = {"label": _("Opportunities"), "url": reverse("partners:dashboard")}
        every = {"label": _("Why another partner?"), "url": reverse("partners:comparisons")}
        return self.render(
            number=found.number,
            crumbs=[lists, every, {"label": found.number}],
            when=format_instant(found.at, current_tenant().zone),
            figures=[
                {"label": _("Your sum"), "value": points_text(row.score)},
                {"label": _("Sum of the partner that got it"), "value": points_text(found.score)},
                {"label": _("Your place"), "value": row.place},
            ],
            columns=[
                {"label": _("Metric")},
                {"label": _("Yours"), "is_number": True},
                {"label": _("Weight"), "is_number": True},
                {"label": _("Points"), "is_number": True},
            ],
            is_equal=points_text(row.score) == points_text(found.score),
            rows=[metric_row(each) for each in row.cells],
        )


def metric_row(cell: Cell) -> dict:
    """A metric of the viewer's own company as a row of the component "table"."""
    note = _("assumed, for want of your own") if cell.is_assumed and cell.value is not None else ""
    return {
        "cells": [
            {"value": LABELS[cell.metric]},
            {"value": value_text(cell), "kind": "number", "note": note},
            {"value": number_text(Decimal(str(cell.weight)), get_language()), "kind": "number"},
            {"value": points_text(cell.product), "kind": "number"},
        ]
    }


def value_text(cell: Cell) -> str:
    """Kilometres, days, or a percentage."""
    if cell.value is None:
        return ""
    if cell.metric == Metric.DISTANCE:
        return _("%(number)s km") % {"number": round(cell.value)}
    if cell.metric == Metric.DAYS_TO_CLOSE:
        days = round(cell.value)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return percent_text(Decimal(round(cell.value * 100)), get_language())
