"""Paths of the section below `/projects/`."""

from django.urls import path

from portal.timeline.views.comments import comment_view
from projects.models import Contract, ProjectInvoice
from projects.views.contracts import ContractDetail, ContractList, ContractPdf, ContractPrint
from projects.views.invoices import InvoiceDetail, InvoiceList, InvoicePdf, InvoicePrint

app_name = "projects"
urlpatterns = [
    path("contracts/", ContractList.as_view(), name="contract_list"),
    path("contracts/<uuid:pk>/", ContractDetail.as_view(), name="contract_detail"),
    path("contracts/<uuid:pk>/comment/", comment_view(Contract), name="contract_comment"),
    path("contracts/<uuid:pk>/print/", ContractPrint.as_view(), name="contract_print"),
    path("contracts/<uuid:pk>/pdf/", ContractPdf.as_view(), name="contract_pdf"),
    path("invoices/", InvoiceList.as_view(), name="invoice_list"),
    path("invoices/<uuid:pk>/", InvoiceDetail.as_view(), name="invoice_detail"),
    path("invoices/<uuid:pk>/comment/", comment_view(ProjectInvoice), name="invoice_comment"),
    path("invoices/<uuid:pk>/print/", InvoicePrint.as_view(), name="invoice_print"),
    path("invoices/<uuid:pk>/pdf/", InvoicePdf.as_view(), name="invoice_pdf"),
]
