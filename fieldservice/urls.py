"""Paths of the section below `/field-service/`."""

from django.urls import path

from fieldservice.models import Agreement, Asset, Invoice, WorkOrder
from fieldservice.views.agreements import AgreementDetail, AgreementList
from fieldservice.views.assets import AssetDetail, AssetList
from fieldservice.views.invoices import InvoiceDetail, InvoiceList, InvoicePdf, InvoicePrint
from fieldservice.views.work_orders import (
    WorkOrderDetail,
    WorkOrderList,
    WorkOrderPdf,
    WorkOrderPrint,
    WorkOrderSign,
)
from portal.timeline.views.comments import comment_view

app_name = "fieldservice"
urlpatterns = [
    path("agreements/", AgreementList.as_view(), name="agreement_list"),
    path("agreements/<uuid:pk>/", AgreementDetail.as_view(), name="agreement_detail"),
    path("agreements/<uuid:pk>/comment/", comment_view(Agreement), name="agreement_comment"),
    path("assets/", AssetList.as_view(), name="asset_list"),
    path("assets/<uuid:pk>/", AssetDetail.as_view(), name="asset_detail"),
    path("assets/<uuid:pk>/comment/", comment_view(Asset), name="asset_comment"),
    path("work-orders/", WorkOrderList.as_view(), name="work_order_list"),
    path("work-orders/<uuid:pk>/", WorkOrderDetail.as_view(), name="work_order_detail"),
    path("work-orders/<uuid:pk>/comment/", comment_view(WorkOrder), name="work_order_comment"),
    path("work-orders/<uuid:pk>/print/", WorkOrderPrint.as_view(), name="work_order_print"),
    path("work-orders/<uuid:pk>/pdf/", WorkOrderPdf.as_view(), name="work_order_pdf"),
    path("work-orders/<uuid:pk>/sign/", WorkOrderSign.as_view(), name="work_order_sign"),
    path("invoices/", InvoiceList.as_view(), name="invoice_list"),
    path("invoices/<uuid:pk>/", InvoiceDetail.as_view(), name="invoice_detail"),
    path("invoices/<uuid:pk>/comment/", comment_view(Invoice), name="invoice_comment"),
    path("invoices/<uuid:pk>/print/", InvoicePrint.as_view(), name="invoice_print"),
    path("invoices/<uuid:pk>/pdf/", InvoicePdf.as_view(), name="invoice_pdf"),
]
