"""Distributions to read: who got an opportunity and why, down to the last product of the whole table (PRT-5)."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from partners.admin.distribution_rows import csv_of, heads_of, lines_of
from partners.domain.tables import kept_by, table_of
from partners.models import DistributionRun
from partners.queries.tables import SORTS, found_rows, names_of, sorted_rows, wish_of
from partners.words import points_text
from portal.kit.csv import CONTENT_TYPE
from portal.kit.money import money_text
from portal.tenancy.admin import ReadOnlyAdmin, portal_admin

LINES_A_PAGE = 50


class ResultFilter(admin.SimpleListFilter):
    """Distributions that found nobody are the ones to recruit for."""

    title = gettext_lazy("result")
    parameter_name = "found"

    def lookups(self, request, model_admin):
        return (("nobody", _("Nobody was available")), ("partner", _("Delivered")))

    def queryset(self, request, queryset):
        if self.value() == "nobody":
            return queryset.filter(winner__isnull=True)
        return queryset.filter(winner__isnull=False) if self.value() == "partner" else queryset


@admin.register(DistributionRun, site=portal_admin)
class DistributionRunAdmin(ReadOnlyAdmin):
    """Written by distributions only; the table is computed again from what the distribution saw."""

    position = 25
    list_display = ("at", "opportunity", "occasion", "attempt", "result", "score_text", "availability")
    list_filter = (ResultFilter, "occasion", "at")
    list_select_related = ("opportunity", "winner")
    search_fields = ("opportunity__number", "opportunity__topic", "winner__name")
    ordering = ("-at", "-pk")
    fields = ("at", "opportunity", "occasion", "attempt", "winner", "score", "available_count", "partner_count", "user")

    @admin.display(description=gettext_lazy("result"), ordering="winner__name")
    def result(self, run):
        return result_of(run)

    @admin.display(description=gettext_lazy("sum"), ordering="score")
    def score_text(self, run):
        return "–" if run.score is None else points_text(run.score)

    @admin.display(description=gettext_lazy("available"), ordering="available_count")
    def availability(self, run):
        return _("%(available)s of %(partners)s") % {"available": run.available_count, "partners": run.partner_count}

    def get_queryset(self, request):
        return super().get_queryset(request).defer("asked", "weights")

    def get_urls(self):
        own = path(
            "<path:object_id>/csv/", self.admin_site.admin_view(self.csv_view), name="partners_distributionrun_csv"
        )
        return [own, *super().get_urls()]

    def found(self, request, object_id) -> DistributionRun:
        """The run of the path; 404 where there is none."""
        run = self.get_object(request, unquote(object_id))
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return run

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The whole table: every partner, available or why not, each metric, weight, product and the sum."""
        run = self.get_object(request, unquote(object_id))
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        kept = kept_by(run)
        ranked = kept.ranking()
        asked = {name: request.GET.get(name, "")[:100] for name in ("q", "kind", "sort")}
        page = Paginator(sorted_rows(found_rows(ranked, asked["q"], asked["kind"]), asked["sort"]), LINES_A_PAGE)
        shown = page.get_page(request.GET.get("page"))
        rows = [kept.row(each) for each in shown]
        chosen = [kept.row(each) for each in ranked if each.partner.key == run.winner_id]
        names = names_of([*rows, *chosen])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Distribution of %(name)s") % {"name": run.opportunity},
            "opts": self.opts,
            "original": run,
            "run": run,
            "facts": facts_of(run),
            "heads": heads_of([kept.row(each) for each in ranked[:1]], run),
            "chosen": lines_of(chosen, names, run),
            "lines": lines_of(rows, names, run),
            "page": shown,
            "asked": asked,
            "sorts": [(name, label) for name, label in SORT_LABELS.items() if name in SORTS],
            "query": query_of(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/partners/distributionrun/table.html", context)

    def csv_view(self, request, object_id):
        """The whole table as a file, by place."""
        run = self.found(request, object_id)
        rows = table_of(run)
        name = f"{run.opportunity.number}-{run.at:%Y-%m-%d-%H%M}.csv"
        headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
        return HttpResponse(csv_of(rows, names_of(rows), run), content_type=CONTENT_TYPE, headers=headers)


SORT_LABELS = {
    "place": gettext_lazy("Place, the first first"),
    "-place": gettext_lazy("Place, the last first"),
    "-sum": gettext_lazy("Sum, the highest first"),
    "sum": gettext_lazy("Sum, the lowest first"),
    "-open": gettext_lazy("Open opportunities, the most first"),
    "open": gettext_lazy("Open opportunities, the fewest first"),
}


def result_of(run: DistributionRun) -> str:
    """Who got it, in words."""
    return str(run.winner) if run.winner else _("Nobody was available")


def query_of(request) -> str:
    """What the address asks for besides the page."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def facts_of(run: DistributionRun) -> list[tuple]:
    """What was to be given away, when and how, and what it asked of partners."""
    wish = wish_of(run)
    opportunity = run.opportunity
    value = "" if wish.value is None else money_text(wish.value, opportunity.currency, get_language())
    counted = _("%(available)s of %(partners)s") % {"available": run.available_count, "partners": run.partner_count}
    return [
        (_("Delivered to"), result_of(run)),
        (_("Occasion"), run.get_occasion_display()),
        (_("Attempt"), run.attempt),
        (_("Available"), counted),
        (_("Estimated revenue"), value or _("not said: any range")),
        (_("Territories"), ", ".join(wish.territories) or _("none: the customer's address lies in no territory")),
        (_("Lead type"), wish.lead_type or _("not said: any")),
        (_("Products"), ", ".join(wish.products) or _("none: any")),
    ]
