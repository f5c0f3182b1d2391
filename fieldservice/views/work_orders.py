"""Work orders: active, inactive, all; the detail, its print and PDF, the signature (FS-4, FS-7).

Prices, taxes and totals stand on the page, on paper and in the CSV for those only who see the payer's money.
"""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fieldservice.domain.signatures import SIGNABLE, sign_work_order
from fieldservice.engine.totals import Totals, totals
from fieldservice.enums import ACTIVE_STATUSES, INACTIVE_STATUSES, Priority, WorkOrderStatus
from fieldservice.filters import WorkOrderFilter
from fieldservice.forms import SignForm
from fieldservice.papers.work_order_pdf import pdf_of
from fieldservice.papers.work_orders import Paper, paper_of, service_of
from fieldservice.policies import can_sign
from fieldservice.queries import work_orders as queries
from fieldservice.queries.work_order_lines import charges_of, lines_of
from portal.access.money import sees_money_of
from portal.accounts.enums import Section
from portal.tenancy.scope import current_tenant
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Listing, Tab, label_of, links_to
from portal.web.paging import Sort, moment, small_number, words
from portal.web.papers import pdf_response
from portal.web.times import short_date
from portal.web.views.base import ActionView, SectionDetailView, SectionListView

TONES = {
    WorkOrderStatus.UNSCHEDULED: "warn",
    WorkOrderStatus.SCHEDULED: "info",
    WorkOrderStatus.IN_PROGRESS: "live",
    WorkOrderStatus.COMPLETED: "ok",
    WorkOrderStatus.POSTED: "ok",
    WorkOrderStatus.CANCELED: "neutral",
}
# Only what is urgent stands out.
PRIORITY_TONES = {Priority.HIGH: "warn", Priority.EMERGENCY: "danger"}
EVERY_STATUS = (*ACTIVE_STATUSES, *INACTIVE_STATUSES)


COLUMNS = (
    Column(_("Number"), lambda each: each.number),
    Column(_("Summary"), lambda each: each.summary),
    Column(_("Service"), service_of),
    Column(_("Asset"), lambda each: each.seen_asset),
    Column(_("Agreement"), lambda each: each.seen_agreement),
    Column(_("Priority"), lambda each: label_of(Priority, each.priority)),
    Column(_("Status"), lambda each: label_of(WorkOrderStatus, each.system_status)),
    Column(_("Sub-status"), lambda each: each.sub_status.name if each.sub_status else ""),
    Column(_("Site"), lambda each: str(each.place)),
    Column(_("Created"), lambda each: each.created_at.astimezone(each.place.zone).replace(microsecond=0)),
)


def money_cell(name: str):
    """A sum of a row of the export, as a number; empty for those who do not see it."""
    return lambda work_order: getattr(sums_of(work_order), name) if work_order.sees_money else ""


def sums_of(work_order) -> Totals:
    """What was used of a row of the export, added up once."""
    if not hasattr(work_order, "sums"):
        work_order.sums = totals(charges_of(work_order, current_tenant().currency))
    return work_order.sums


MONEY_COLUMNS = (
    Column(_("Net"), money_cell("net")),
    Column(_("Tax"), money_cell("tax")),
    Column(_("Total"), money_cell("total")),
)


class WorkOrderList(SectionListView):
    """`/field-service/work-orders/`."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.WorkOrder"
    query = staticmethod(queries.work_order_list)
    keeps_query = True
    template_name = "fieldservice/work_orders/list.html"
    tabs = (
        Tab("active", _("Active"), queries.is_active(ACTIVE_STATUSES)),
        Tab("inactive", _("Inactive"), queries.is_active(INACTIVE_STATUSES)),
        Tab("all", _("All"), queries.is_active(EVERY_STATUS)),
    )
    sorts = (
        Sort("created", _("Created"), "created_at", parse=moment, is_descending=True),
        Sort("number", _("Number"), "number", parse=words),
        Sort("priority", _("Priority"), "priority_rank", parse=small_number, is_descending=True),
        Sort("asset", _("Asset"), "seen_asset", parse=words),
    )
    search = staticmethod(queries.work_order_matches)
    filterset_class = WorkOrderFilter
    export_name = "work-orders"

    @property
    def export_columns(self) -> tuple[Column, ...]:
        """Amounts for those only who see some."""
        return (*COLUMNS, *MONEY_COLUMNS) if self.viewer.may_see_money(self.section) else COLUMNS

    def export_rows(self, viewer):
        rows, order = super().export_rows(viewer)
        return queries.work_order_export(rows, viewer), order

    def get_context(self, listing: Listing) -> dict:
        return {
            "rows": rows_of(listing.page.rows),
            "columns": [
                {"label": _("Work order"), **listing.column_sort("number")},
                {"label": _("Asset"), **listing.column_sort("asset")},
                {"label": _("Priority"), **listing.column_sort("priority")},
                {"label": _("Status"), "sort_url": "", "direction": ""},
                {"label": _("Created"), **listing.column_sort("created")},
            ],
        }


class WorkOrderPage(SectionDetailView):
    """What detail, print and PDF have in common: the same record, read the same way."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.WorkOrder"
    query = staticmethod(queries.work_order_detail)
    keeps_query = True

    def paper(self, obj) -> Paper:
        """What the viewer may read of it."""
        sees_money = sees_money_of(self.viewer, obj)
        zone = self.viewer.contact.time_zone
        return paper_of(obj, lines_of(obj, self.viewer), sees_money=sees_money, viewer_zone=zone)


class WorkOrderDetail(WorkOrderPage):
    """`/field-service/work-orders/ID/`."""

    template_name = "fieldservice/work_orders/detail.html"

    def get_context(self, obj) -> dict:
        return {
            "crumbs": [
                {"label": _("Work orders"), "url": reverse("fieldservice:work_order_list")},
                {"label": obj.number},
            ],
            "status_label": obj.get_system_status_display(),
            "tone": TONES.get(obj.system_status, "neutral"),
            "paper": self.paper(obj),
            "is_done": obj.system_status in SIGNABLE,
            "sign_verdict": can_sign(self.viewer, obj),
        }


class WorkOrderPrint(WorkOrderPage):
    """`/field-service/work-orders/ID/print/`: the paper on a page of its own."""

    template_name = "fieldservice/work_orders/print.html"

    def get_context(self, obj) -> dict:
        return {"paper": self.paper(obj)}


class WorkOrderPdf(WorkOrderPage):
    """`/field-service/work-orders/ID/pdf/`: the paper as a file."""

    def get(self, request, *args, **kwargs):
        obj = self.get_object()
        return pdf_response(pdf_of(obj, self.paper(obj)), obj.number)


class WorkOrderSign(ActionView):
    """`/field-service/work-orders/ID/sign/`: a name typed under a completed work order, once."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.WorkOrder"
    query = staticmethod(queries.work_order_detail)
    policy = staticmethod(can_sign)
    form_class = SignForm
    template_name = "fieldservice/work_orders/sign.html"

    def perform(self, obj, data: dict):
        sign_work_order(obj, self.viewer.contact, name=data["name"], by=self.request.user)
        messages.success(self.request, _("Thank you. You signed this work order."))

    def get_success_url(self, obj) -> str:
        return reverse("fieldservice:work_order_detail", args=[obj.pk])

    def get_context(self, obj) -> dict:
        page = reverse("fieldservice:work_order_detail", args=[obj.pk])
        crumbs = [{"label": obj.number, "url": page}, {"label": _("Sign")}]
        return {"crumbs": crumbs, "paper": WorkOrderPage.paper(self, obj), "back_url": page}


def rows_of(work_orders) -> list[Line]:
    """The lines of a page. Labels are translated once a page, not once a line."""
    statuses = {value: str(label) for value, label in WorkOrderStatus.choices}
    priorities = {value: str(label) for value, label in Priority.choices}
    link = links_to("fieldservice:work_order_detail")
    return [
        Line(link(each.pk), each.number, each.summary, cells=cells_of(each, statuses, priorities))
        for each in work_orders
    ]


def cells_of(work_order, statuses: dict[str, str], priorities: dict[str, str]) -> tuple[Cell, ...]:
    """Asset, priority, status, day."""
    tone = PRIORITY_TONES.get(work_order.priority, "")
    status = work_order.system_status
    return (
        Cell(work_order.seen_asset),
        Cell(priorities.get(work_order.priority, ""), tone=tone, kind="plain" if tone else "quiet"),
        Cell(
            statuses.get(status, status),
            note=work_order.sub_status_name,
            tone=TONES.get(status, "neutral"),
            kind="state",
        ),
        Cell(short_date(work_order.created_at, work_order.zone)),
    )
