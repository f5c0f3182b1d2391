"""Quotes: list, page, paper, decision, questions (PSA-2)."""

from uuid import uuid4

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.papers.documents import day_text
from fieldservice.papers.quantities import quantity_text
from fieldservice.policies import can_download_invoice as can_download
from portal.accounts.enums import Section
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Tab, links_to
from portal.web.paging import Sort, amount, day, moment, words
from portal.web.times import short_date
from portal.web.views.base import ActionView, Refused, SectionDetailView
from portal.web.views.papers import PaperView, PdfView
from portal.web.views.priced import PricedListView, money_cell
from projects.domain.decisions import Deciding, check_open, decide
from projects.domain.questions import ask
from projects.enums import Decision
from projects.forms import ApproveForm, QuestionForm, RejectForm
from projects.models import Quote
from projects.papers.quote_pdf import pdf_of
from projects.papers.quotes import amount_text, evidence_of, facts_of, is_open, paper_of, state_of, title_of
from projects.policies import can_ask, can_decide_quote
from projects.queries import quotes as queries

COLUMNS = (
    Column(gettext_lazy("Number"), lambda each: each.full_number),
    Column(gettext_lazy("Name"), lambda each: each.name),
    Column(gettext_lazy("Customer"), lambda each: each.account.name),
    Column(gettext_lazy("Sent"), lambda each: timezone.localtime(each.sent_at, current_tenant().zone).date()),
    Column(gettext_lazy("Valid until"), lambda each: each.valid_until),
    Column(gettext_lazy("Status"), lambda each: state_of(each, today()).label),
)
MONEY_COLUMNS = (
    Column(gettext_lazy("Currency"), lambda each: each.currency if each.sees_money else ""),
    Column(gettext_lazy("Total"), money_cell("total")),
)


class QuoteList(PricedListView):
    """`/projects/quotes/`: those that await a decision first (DYNAMICS 6.1)."""

    section = Section.PROJECTS
    object_type = "projects.Quote"
    query = staticmethod(queries.quote_list)
    template_name = "projects/quotes/list.html"
    search = staticmethod(queries.quote_matches)
    export_name = "quotes"
    columns = COLUMNS
    money_columns = MONEY_COLUMNS
    plain_sorts = (
        Sort("sent", gettext_lazy("Sent"), "sent_at", parse=moment, is_descending=True),
        Sort("valid", gettext_lazy("Valid until"), "valid_until", parse=day),
        Sort("number", gettext_lazy("Number"), "number", parse=words),
    )
    money_sorts = (Sort("total", gettext_lazy("Total"), "seen_total", parse=amount, is_descending=True),)
    heads = (
        ("number", gettext_lazy("Quote")),
        ("sent", gettext_lazy("Sent")),
        ("valid", gettext_lazy("Valid until")),
        ("", gettext_lazy("Status")),
    )
    money_heads = (("total", gettext_lazy("Total")),)

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """By the tenant's day, so no part of a kept query."""
        return (
            Tab("pending", _("Pending"), queries.pending(today())),
            Tab("recent", _("Last 7 days"), queries.recent(clock.now())),
            Tab("all", _("All"), queries.EVERY),
        )

    @staticmethod
    def lines(documents, *, sees_money: bool) -> list[Line]:
        return rows_of(documents, sees_money=sees_money)


def rows_of(quotes, *, sees_money: bool) -> list[Line]:
    """The lines of a page; amounts only where the viewer sees any, and empty where they do not see this account's."""
    link, now, zone = links_to("projects:quote_detail"), today(), current_tenant().zone
    lines = []
    for each in quotes:
        state = state_of(each, now)
        cells = [
            Cell(short_date(each.sent_at, zone)),
            Cell(day_text(each.valid_until), note=state.due),
            Cell(state.label, tone=state.tone, kind="state"),
        ]
        if sees_money:
            cells.append(Cell(amount_text(each, each.total) if each.sees_money else "", kind="money"))
        lines.append(Line(link(each.pk), each.full_number, note=each.name, cells=tuple(cells)))
    return lines


class QuotePage:
    """What the pages of one quote share."""

    section = Section.PROJECTS
    object_type = "projects.Quote"
    query = staticmethod(queries.quote_detail)
    keeps_query = True
    policy = staticmethod(can_download)

    def head_of(self, quote: Quote, *further: dict) -> dict:
        """Title, way back, state."""
        lists = {"label": _("Quotes"), "url": reverse("projects:quote_list")}
        page = {"label": quote.full_number, "url": reverse("projects:quote_detail", args=[quote.pk]) if further else ""}
        return {"title": title_of(quote), "crumbs": [lists, page, *further], "state": state_of(quote, today())}


class QuoteDetail(QuotePage, SectionDetailView):
    """`/projects/quotes/ID/`."""

    template_name = "projects/quotes/detail.html"

    def get_context(self, obj) -> dict:
        decision = queries.decision_of(obj) if obj.decision else None
        context = self.head_of(obj) | {
            "facts": [{"label": _("Customer"), "value": obj.account.name}, *facts_of(obj)],
            "paper_verdict": can_download(self.viewer, obj),
            "is_open": is_open(obj, today()),
            "decide_verdict": can_decide_quote(self.viewer, obj),
            "ask_verdict": can_ask(self.viewer, obj),
            "questions": queries.questions_of(obj),
            "decision": decision,
            "newer_url": reverse("projects:quote_detail", args=[obj.newer]) if obj.newer else "",
            "book_url": book_url(self.viewer, obj),
        }
        lines = queries.lines_of(obj)
        return context | ({"paper": paper_of(obj, lines, decision)} if obj.sees_money else plain_lines(lines))


class QuotePrint(QuotePage, PaperView):
    """`/projects/quotes/ID/print/`: the paper on a page of its own."""

    template_name = "projects/quotes/print.html"

    def get_context(self, obj) -> dict:
        decision = queries.decision_of(obj)
        return {"paper": paper_of(obj, queries.lines_of(obj), decision), "state": state_of(obj, today())}


class QuotePdf(QuotePage, PdfView):
    """`/projects/quotes/ID/pdf/`: the paper as a file, with the evidence of the decision."""

    def paper(self, obj):
        return pdf_of(obj, queries.lines_of(obj), queries.decision_of(obj))

    def number(self, obj) -> str:
        return obj.full_number


class QuoteEvidence(QuotePage, PaperView):
    """`/projects/quotes/ID/evidence/`: who decided, when, from where, and about which revision."""

    template_name = "projects/quotes/evidence.html"

    def get_context(self, obj) -> dict:
        decision = queries.decision_of(obj)
        if decision is None:
            raise Refused(_("Nobody has decided about this quote yet."))
        return self.head_of(obj, {"label": _("Evidence")}) | {"evidence": evidence_of(obj, decision)}


class DecideView(ActionView):
    """What approving and rejecting share: the page shows what is decided about, a fresh sign-in is asked for."""

    section = Section.PROJECTS
    object_type = "projects.Quote"
    query = staticmethod(queries.quote_detail)
    keeps_query = True
    policy = staticmethod(can_decide_quote)
    template_name = "projects/quotes/decide.html"
    decision: Decision

    def get(self, request, *args, **kwargs):
        obj = self.allowed_object()
        try:
            check_open(obj, obj.digest)
        except Conflict as error:
            return self.render_form(obj, None, status=error.status, error=error.message)
        if obj.decision:
            return self.render_form(obj, None, error=_("This quote was decided already."))
        return self.render_form(obj, self.get_form(obj))

    def get_form(self, obj, data=None):
        return self.form_class(data, request=self.request, initial={"digest": obj.digest}, **self.form_options(obj))

    def form_options(self, obj) -> dict:
        """What the form of this decision needs besides."""
        return {}

    def perform(self, obj, data: dict):
        request = self.request
        by = Deciding(
            self.viewer.contact, request.user, request.META.get("REMOTE_ADDR"), request.headers.get("User-Agent", "")
        )
        made = decide(
            obj,
            self.decision,
            digest=data["digest"],
            by=by,
            reason=data.get("reason", ""),
            options=data.get("options") or (),
        )
        done = (
            _("Thank you. The quote is approved.")
            if self.decision == Decision.APPROVED
            else _("The quote is rejected.")
        )
        messages.success(request, done)
        return made.quote

    def get_success_url(self, obj) -> str:
        return reverse("projects:quote_detail", args=[obj.pk])

    def get_context(self, obj) -> dict:
        lists = {"label": _("Quotes"), "url": reverse("projects:quote_list")}
        page = reverse("projects:quote_detail", args=[obj.pk])
        crumbs = [lists, {"label": obj.full_number, "url": page}, {"label": self.verb}]
        return {
            "title": title_of(obj),
            "verb": self.verb,
            "is_approval": self.decision == Decision.APPROVED,
            "crumbs": crumbs,
            "back_url": page,
            "state": state_of(obj, today()),
            "paper": paper_of(obj, queries.lines_of(obj), None),
        }


class QuoteApprove(DecideView):
    """`/projects/quotes/ID/approve/`."""

    form_class = ApproveForm
    decision = Decision.APPROVED

    @property
    def verb(self) -> str:
        return _("Approve quote")

    def form_options(self, obj) -> dict:
        options = [each for each in queries.lines_of(obj) if each.is_optional]
        return {
            "options": [(each.pk, f"{each.description} · {amount_text(obj, each.net + each.tax)}") for each in options]
        }


class QuoteReject(DecideView):
    """`/projects/quotes/ID/reject/`, with the reason."""

    form_class = RejectForm
    decision = Decision.REJECTED

    @property
    def verb(self) -> str:
        return _("Reject quote")


class QuoteAsk(ActionView):
    """`/projects/quotes/ID/ask/`: a question about the quote, or about one of its lines."""

    section = Section.PROJECTS
    object_type = "projects.Quote"
    query = staticmethod(queries.quote_detail)
    keeps_query = True
    policy = staticmethod(can_ask)
    form_class = QuestionForm
    template_name = "projects/quotes/ask.html"

    def get_form(self, obj, data=None):
        lines = [(str(each.pk), each.description) for each in queries.lines_of(obj)] if obj.sees_money else []
        asked = self.request.GET.get("line", "")
        line = asked if asked in dict(lines) else ""
        return QuestionForm(data, lines=lines, initial={"line": line, "request_key": uuid4()})

    def perform(self, obj, data: dict):
        ask(
            obj,
            data["question"],
            contact=self.viewer.contact,
            user=self.request.user,
            line=data["line"],
            request_key=data["request_key"],
        )
        messages.success(self.request, _("Your question was sent. The answer will stand on this page."))

    def refuse(self, obj, form, error):
        """Nothing was asked: what the form is sent with again is another question."""
        form.data = form.data.copy()
        form.data["request_key"] = uuid4()
        return super().refuse(obj, form, error)

    def get_success_url(self, obj) -> str:
        return f"{reverse('projects:quote_detail', args=[obj.pk])}#questions"

    def get_context(self, obj) -> dict:
        lists = {"label": _("Quotes"), "url": reverse("projects:quote_list")}
        page = reverse("projects:quote_detail", args=[obj.pk])
        crumbs = [lists, {"label": obj.full_number, "url": page}, {"label": _("Ask a question")}]
        return {"title": title_of(obj), "crumbs": crumbs, "back_url": page}


def plain_lines(lines) -> dict:
    """The lines for those who see no money."""
    return {
        "line_columns": [{"label": _("Description")}, {"label": _("Quantity"), "is_number": True}],
        "lines": [
            {
                "url": "",
                "cells": [
                    {"value": each.description, "note": _("Optional") if each.is_optional else ""},
                    {"value": quantity_text(each.quantity, each.unit), "kind": "number"},
                ],
            }
            for each in lines
        ],
    }


def book_url(viewer, quote: Quote) -> str:
    """Where the first visit is booked once the quote is approved; "" where there is none, or the viewer books none."""
    if quote.decision != Decision.APPROVED or quote.service is None or not viewer.may_decide(Section.SCHEDULING):
        return ""
    asset = f"&asset={quote.asset_id}" if quote.asset_id else ""
    return f"{reverse('scheduling:book')}?service={quote.service_id}{asset}"
