"""Customer assets: active, inactive, all; the page of one with its tree and history (FS-3, FS-6, FS-7)."""

import datetime as dt
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import AgreementStatus, WorkOrderStatus
from fieldservice.filters import asset_filter
from fieldservice.models import Asset
from fieldservice.queries import assets as queries
from fieldservice.trees import Node, seen_nodes
from fieldservice.views.asset_words import (
    WARRANTY_TONES,
    day,
    facts_of,
    model_of,
    warranty_of,
    warranty_words,
)
from fieldservice.views.work_orders import TONES
from portal.accounts.enums import Section
from portal.geo.addresses import address_lines
from portal.tenancy.days import today
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Listing, Tab, links_to
from portal.web.paging import Sort, words
from portal.web.paging import day as cursor_day
from portal.web.times import short_date
from portal.web.views.base import SectionDetailView, SectionListView

PARTS_AFTER, HISTORY_AFTER, HISTORY_BEFORE = "parts_after", "history_after", "history_before"


class AssetList(SectionListView):
    """`/field-service/assets/`."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.Asset"
    query = staticmethod(queries.asset_list)
    keeps_query = True
    template_name = "fieldservice/assets/list.html"
    tabs = (
        Tab("active", _("Active"), queries.ACTIVE),
        Tab("inactive", _("Inactive"), queries.INACTIVE),
        Tab("all", _("All"), queries.EVERY),
    )
    sorts = (
        Sort("name", _("Name"), "name", parse=words),
        Sort("category", _("Category"), "category", parse=words),
        Sort("warranty", _("Warranty"), queries.warranty_end(), parse=cursor_day),
    )
    search = staticmethod(queries.asset_matches)
    export_name = "assets"
    export_columns = (
        Column(_("Name"), lambda each: each.name),
        Column(_("Serial number"), lambda each: each.serial_number),
        Column(_("Category"), lambda each: each.category),
        Column(_("Product"), lambda each: each.product.name if each.product else ""),
        Column(_("Manufacturer"), lambda each: each.manufacturer),
        Column(_("Model"), lambda each: each.model_name),
        Column(_("Location"), lambda each: each.location.name if each.location else ""),
        Column(_("Address"), lambda each: ", ".join(address_lines(each.location.place)) if each.location else ""),
        Column(_("Installed"), lambda each: each.installed_date or ""),
        Column(_("Warranty from"), lambda each: each.warranty_starts_date or ""),
        Column(_("Warranty until"), lambda each: each.warranty_ends_date or ""),
        Column(_("Active"), lambda each: _("Yes") if each.is_active else _("No")),
    )

    @cached_property
    def filterset_class(self):
        """Its choices are those of the assets that the viewer sees."""
        return asset_filter(self.viewer)

    def get_context(self, listing: Listing) -> dict:
        return {
            "rows": rows_of(listing.page.rows, today()),
            "columns": [
                {"label": _("Asset"), **listing.column_sort("name")},
                {"label": _("Category"), **listing.column_sort("category")},
                {"label": _("Location"), "sort_url": "", "direction": ""},
                {"label": _("Warranty"), **listing.column_sort("warranty")},
            ],
        }


class AssetDetail(SectionDetailView):
    """`/field-service/assets/ID/`."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.Asset"
    query = staticmethod(queries.asset_detail)
    keeps_query = True
    template_name = "fieldservice/assets/detail.html"

    def get_context(self, obj) -> dict:
        path = queries.location_path(obj.location) if obj.location else []
        tree, has_tree = self.tree(obj)
        return {
            "crumbs": [{"label": _("Assets"), "url": reverse("fieldservice:asset_list")}, {"label": obj.name}],
            "facts": facts_of(obj, path, today()),
            "tree": tree,
            "has_tree": has_tree,
            "history": self.history(obj),
            "agreements": agreement_lines(obj.agreement_rows),
            "zone": obj.location.place.time_zone if obj.location else "",
        }

    def tree(self, obj: Asset) -> tuple[list[Node], bool]:
        """The asset among its parents and parts, and whether there is anything beside it; a large tree only around it."""
        shown, more = queries.seen_tree(self.viewer, obj), ""
        if len(shown) > queries.TREE_SHOWN:
            page = queries.seen_parts(self.viewer, obj, after=self.request.GET.get(PARTS_AFTER, ""))
            shown, more = [obj, *page.rows], page.after
        elif obj not in shown:
            shown.append(obj)
        known = {each.pk for each in shown}
        lacking = [each for each in shown if each.parent_id and each.parent_id not in known]
        parents = queries.parents_as_seen(self.viewer, lacking) if lacking else []
        nodes, current = seen_nodes(shown, parents, obj, self.viewer.reach(Section.FIELD_SERVICE))
        if more:
            current.more_label, current.more_url = _("More parts"), self.link(**{PARTS_AFTER: more})
        return nodes, bool(len(nodes) > 1 or nodes[0].children)

    def history(self, obj: Asset) -> dict:
        """A page of the work orders about it, with the links to the pages beside it."""
        params = self.request.GET
        page = queries.history_of(
            self.viewer, obj, after=params.get(HISTORY_AFTER, ""), before=params.get(HISTORY_BEFORE, "")
        )
        return {
            "rows": history_lines(page.rows),
            "next_url": self.link(**{HISTORY_AFTER: page.after}) if page.after else "",
            "previous_url": self.link(**{HISTORY_BEFORE: page.before}) if page.before else "",
        }

    def link(self, **changes) -> str:
        """This page with another part of its history or tree."""
        params = self.request.GET.copy()
        for name in (PARTS_AFTER,) if PARTS_AFTER in changes else (HISTORY_AFTER, HISTORY_BEFORE):
            params.pop(name, None)
        for name, value in changes.items():
            params[name] = value
        return f"?{params.urlencode()}#{'tree' if PARTS_AFTER in changes else 'history'}"


def rows_of(assets: list[Asset], on: dt.date) -> list[Line]:
    """The lines of a page."""
    link, out = links_to("fieldservice:asset_detail"), _("Out of service")
    return [line_of(each, warranty_of(each, on), link(each.pk), "" if each.is_active else out) for each in assets]


def line_of(asset: Asset, warranty, url: str, badge: str) -> Line:
    location = asset.location
    return Line(
        url,
        asset.name,
        note=" · ".join(each for each in (asset.serial_number, model_of(asset)) if each),
        badge=badge,
        cells=(
            Cell(asset.category),
            Cell(location.name if location else "", note=location.place.city if location else ""),
            Cell(warranty_words(warranty), tone=WARRANTY_TONES.get(warranty.state, "")),
        ),
    )


def history_lines(work_orders) -> list[dict]:
    """Work orders of an asset as lines: what was done, when and how it stands."""
    link = links_to("fieldservice:work_order_detail")
    return [
        {
            "url": link(each.pk),
            "number": each.number,
            "summary": each.summary,
            "when": short_date(each.completed_at or each.created_at, each.place.time_zone),
            "is_done": each.completed_at is not None,
            "status": WorkOrderStatus(each.system_status).label,
            "tone": TONES.get(each.system_status, "neutral"),
        }
        for each in work_orders
    ]


def agreement_lines(rows: list[dict]) -> list[dict]:
    """The agreements that cover an asset as lines."""
    link = links_to("fieldservice:agreement_detail")
    return [
        {
            "url": link(each["pk"]),
            "number": each["number"],
            "name": each["name"],
            "status": AgreementStatus(each["status"]).label,
            "tone": "ok" if each["status"] == AgreementStatus.ACTIVE else "neutral",
            "until": day(dt.date.fromisoformat(each["ends"])),
        }
        for each in rows
    ]
