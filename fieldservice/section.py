"""The section in the menu and in the search."""

from django.utils.translation import gettext_lazy as _

from fieldservice.enums import NumberKind, WorkOrderStatus
from fieldservice.models import Agreement, Asset, Invoice, WorkOrder
from fieldservice.queries import find_work_orders
from fieldservice.queries.agreements import find_agreements
from fieldservice.queries.assets import find_assets
from fieldservice.queries.invoices import find_invoices
from portal.accounts.enums import Section
from portal.catalog.numbering import register_series
from portal.timeline.registry import register_event, register_timeline
from portal.web.listing import label_of
from portal.web.registry import register_navigation, register_search

PREFIXES = {
    NumberKind.WORK_ORDER: "WO-",
    NumberKind.AGREEMENT: "AG-",
    NumberKind.INVOICE: "INV-",
    NumberKind.ADJUSTMENT: "ADJ-",
    NumberKind.TRANSFER: "TRF-",
    NumberKind.PURCHASE_ORDER: "PO-",
    NumberKind.RECEIPT: "REC-",
}
for kind, prefix in PREFIXES.items():
    register_series(kind, kind.label, prefix)

register_navigation(Section.FIELD_SERVICE, _("Agreements"), "fieldservice:agreement_list", "document-check", 22)
register_search(Section.FIELD_SERVICE, _("Agreements"), find_agreements, "fieldservice:agreement_detail", 22)
register_timeline(Agreement, comment_url="fieldservice:agreement_comment")

register_navigation(Section.FIELD_SERVICE, _("Assets"), "fieldservice:asset_list", "cube", 26)
register_search(
    Section.FIELD_SERVICE,
    _("Assets"),
    find_assets,
    "fieldservice:asset_detail",
    26,
    note=lambda each: each.serial_number,
)
register_timeline(Asset, comment_url="fieldservice:asset_comment")

register_navigation(
    Section.FIELD_SERVICE, _("Work orders"), "fieldservice:work_order_list", "clipboard-document-list", 30
)
register_search(
    Section.FIELD_SERVICE,
    _("Work orders"),
    find_work_orders,
    "fieldservice:work_order_detail",
    30,
    note=lambda each: each.summary,
)
register_timeline(WorkOrder, comment_url="fieldservice:work_order_comment")
register_event(
    "work_order.status",
    lambda payload: _("Status: %(status)s") % {"status": label_of(WorkOrderStatus, payload["to"])},
    icon="arrow-path",
)
register_event(
    "work_order.signed", lambda payload: _("Signed by %(name)s") % {"name": payload["name"]}, icon="pencil-square"
)

register_navigation(Section.FIELD_SERVICE, _("Invoices"), "fieldservice:invoice_list", "document-currency-dollar", 40)
register_search(Section.FIELD_SERVICE, _("Invoices"), find_invoices, "fieldservice:invoice_detail", 40)
register_timeline(Invoice, comment_url="fieldservice:invoice_comment")
# No amounts: whoever reads an invoice reads its timeline.
register_event("invoice.issued", lambda payload: _("Issued"), icon="document-check")
register_event("invoice.payment", lambda payload: _("Payment received"), icon="banknotes")
register_event("invoice.reversed", lambda payload: _("A payment was taken back"), icon="arrow-uturn-left")
register_event("invoice.credited", lambda payload: _("Credited"), icon="receipt-refund")
register_event("invoice.canceled", lambda payload: _("Canceled"), icon="x-circle")
