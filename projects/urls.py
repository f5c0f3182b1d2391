"""Paths of the section below `/projects/`."""

from django.urls import path

from portal.timeline.views.comments import comment_view
from projects.models import Contract, Project, ProjectInvoice, Quote
from projects.views.contracts import ContractDetail, ContractList, ContractPdf, ContractPrint
from projects.views.invoices import InvoiceDetail, InvoiceList, InvoicePdf, InvoicePrint
from projects.views.projects import ProjectDetail, ProjectList
from projects.views.quotes import (
    QuoteApprove,
    QuoteAsk,
    QuoteDetail,
    QuoteEvidence,
    QuoteList,
    QuotePdf,
    QuotePrint,
    QuoteReject,
)
from projects.views.resources import ResourceDetail, ResourceList

app_name = "projects"
urlpatterns = [
    path("projects/", ProjectList.as_view(), name="project_list"),
    path("projects/<uuid:pk>/", ProjectDetail.as_view(), name="project_detail"),
    path("projects/<uuid:pk>/comment/", comment_view(Project), name="project_comment"),
    path("resources/", ResourceList.as_view(), name="resource_list"),
    path("resources/<uuid:pk>/", ResourceDetail.as_view(), name="resource_detail"),
    path("quotes/", QuoteList.as_view(), name="quote_list"),
    path("quotes/<uuid:pk>/", QuoteDetail.as_view(), name="quote_detail"),
    path("quotes/<uuid:pk>/approve/", QuoteApprove.as_view(), name="quote_approve"),
    path("quotes/<uuid:pk>/reject/", QuoteReject.as_view(), name="quote_reject"),
    path("quotes/<uuid:pk>/ask/", QuoteAsk.as_view(), name="quote_ask"),
    path("quotes/<uuid:pk>/evidence/", QuoteEvidence.as_view(), name="quote_evidence"),
    path("quotes/<uuid:pk>/comment/", comment_view(Quote), name="quote_comment"),
    path("quotes/<uuid:pk>/print/", QuotePrint.as_view(), name="quote_print"),
    path("quotes/<uuid:pk>/pdf/", QuotePdf.as_view(), name="quote_pdf"),
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
