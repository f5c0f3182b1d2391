"""Paths of the section below `/projects/`."""

from django.urls import path

from portal.timeline.views.comments import comment_view
from projects.models import Quote
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

app_name = "projects"
urlpatterns = [
    path("quotes/", QuoteList.as_view(), name="quote_list"),
    path("quotes/<uuid:pk>/", QuoteDetail.as_view(), name="quote_detail"),
    path("quotes/<uuid:pk>/approve/", QuoteApprove.as_view(), name="quote_approve"),
    path("quotes/<uuid:pk>/reject/", QuoteReject.as_view(), name="quote_reject"),
    path("quotes/<uuid:pk>/ask/", QuoteAsk.as_view(), name="quote_ask"),
    path("quotes/<uuid:pk>/evidence/", QuoteEvidence.as_view(), name="quote_evidence"),
    path("quotes/<uuid:pk>/comment/", comment_view(Quote), name="quote_comment"),
    path("quotes/<uuid:pk>/print/", QuotePrint.as_view(), name="quote_print"),
    path("quotes/<uuid:pk>/pdf/", QuotePdf.as_view(), name="quote_pdf"),
]
