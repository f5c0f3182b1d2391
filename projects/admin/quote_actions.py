"""What staff do with a quote beside editing it: send, revise, close, answer questions, compare revisions, download (PSA-2)."""

from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.papers.documents import paper_line
from portal.access.admin.record_actions import Action, ActionForm, RecordActions
from portal.kit.fields import LongText
from portal.kit.money import money_text
from portal.web.papers import pdf_response
from projects.admin.contract_actions import OF_QUOTE
from projects.domain.questions import LONGEST_ANSWER, answer
from projects.domain.quotes import close_quote, revise, send
from projects.enums import Decision, QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine, QuoteQuestion
from projects.papers.quote_pdf import pdf_of
from projects.papers.quotes import amount_text
from projects.queries.quotes import decision_of, lines_of, quote_for_staff

SUMS = ("net", "tax", "total")
COMPARED = ("name", "introduction", "terms", "valid_until", *SUMS)
COMPARED_OF_LINES = (
    "description",
    "quantity",
    "unit",
    "unit_price",
    "discount_percent",
    "tax_rate",
    "net",
    "is_optional",
)


class AnswerForm(ActionForm):
    """Which question, and its answer."""

    question = forms.ModelChoiceField(
        label=gettext_lazy("Question"),
        queryset=QuoteQuestion.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    answer = LongText(
        label=gettext_lazy("Answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Everybody who sees the quote reads it. Whoever asked is told by e-mail."),
    )

    def __init__(self, data=None, *, record: Quote):
        super().__init__(data, record=record)
        rows = QuoteQuestion.objects.filter(quote=record).order_by("answered_at", "asked_at", "pk")
        field: Any = self.fields["question"]
        field.queryset = rows
        field.choices = [(each.pk, each.question) for each in rows]


def is_in(*statuses: QuoteStatus):
    return lambda quote: quote.status in statuses


def has_questions(quote: Quote) -> bool:
    return QuoteQuestion.objects.filter(quote=quote).exists()


def answer_question(quote: Quote, data: dict, by) -> Quote:
    answer(data["question"], data["answer"], by=by)
    return quote


def total_offered(quote: Quote) -> list[str]:
    """What the customer would read."""
    amount = money_text(quote.total, quote.currency, get_language())
    return [
        _("%(amount)s for %(account)s, valid until %(day)s.")
        % {"amount": amount, "account": quote.account, "day": quote.valid_until}
    ]


def decision_so_far(quote: Quote) -> list[str]:
    """What the customer has said to it."""
    found = QuoteDecision.objects.filter(quote=quote).order_by("pk").first()
    if found is None:
        return [_("The customer has not decided.")]
    names = {"name": found.name}
    if found.decision == Decision.APPROVED:
        return [_("%(name)s has approved the quote.") % names]
    return [_("%(name)s has rejected the quote.") % names]


SEND = Action(
    key="send",
    label=gettext_lazy("Send"),
    explanation=gettext_lazy(
        "From now on the quote stays as it is. Where it is exposed, the customer sees it, is told by e-mail, and decides."
    ),
    is_offered=is_in(QuoteStatus.DRAFT),
    perform=lambda quote, data, by: send(quote, by=by),
    done=gettext_lazy("%(name)s was sent."),
    consequences=total_offered,
)
REVISE = Action(
    key="revise",
    label=gettext_lazy("Revise"),
    explanation=gettext_lazy(
        "This revision can no longer be decided. A draft of the next one, with the same number, is made of it."
    ),
    is_offered=is_in(QuoteStatus.SENT),
    perform=lambda quote, data, by: revise(quote, by=by),
    done=gettext_lazy("%(made)s is the draft of the next revision."),
    consequences=decision_so_far,
)
WON = Action(
    key="won",
    label=gettext_lazy("Close as won"),
    explanation=gettext_lazy("A contract can be drafted from it."),
    is_offered=is_in(QuoteStatus.SENT),
    perform=lambda quote, data, by: close_quote(quote, QuoteStatus.WON, by=by),
    done=gettext_lazy("%(name)s was closed as won."),
    consequences=decision_so_far,
)
LOST = Action(
    key="lost",
    label=gettext_lazy("Close as lost"),
    explanation=gettext_lazy("The customer reads that the quote is closed. Nothing else changes by itself."),
    is_offered=is_in(QuoteStatus.SENT),
    perform=lambda quote, data, by: close_quote(quote, QuoteStatus.LOST, by=by),
    done=gettext_lazy("%(name)s was closed as lost."),
    consequences=decision_so_far,
    is_grave=True,
)
WITHDRAW = Action(
    key="withdraw",
    label=gettext_lazy("Withdraw"),
    explanation=gettext_lazy("Nobody can decide about it any more; the customer reads that it was withdrawn."),
    is_offered=is_in(QuoteStatus.DRAFT, QuoteStatus.SENT),
    perform=lambda quote, data, by: close_quote(quote, QuoteStatus.CANCELED, by=by),
    done=gettext_lazy("%(name)s was withdrawn."),
    consequences=decision_so_far,
    is_grave=True,
)
ANSWER = Action(
    key="answer",
    label=gettext_lazy("Answer a question"),
    explanation=gettext_lazy("What customers ask about this quote."),
    is_offered=has_questions,
    perform=answer_question,
    done=gettext_lazy("The answer stands on the page of %(name)s."),
    form=AnswerForm,
)


class QuoteActions(RecordActions):
    """The pages of the actions, the comparison with the revision before, and the paper as the customer gets it."""

    record_actions = (SEND, REVISE, WON, LOST, WITHDRAW, ANSWER, OF_QUOTE)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/pdf/", view(self.pdf_view), name="projects_quote_pdf"),
            path("<path:object_id>/compare/", view(self.compare_view), name="projects_quote_compare"),
            *super().get_urls(),
        ]

    def tools(self, obj) -> list[dict]:
        own = [{"label": _("Download PDF"), "url": reverse("admin:projects_quote_pdf", args=[obj.pk])}]
        if obj.revises_id:
            url = reverse("admin:projects_quote_compare", args=[obj.pk])
            own.append({"label": _("Compare with the revision before"), "url": url})
        return [*super().tools(obj), *own]

    def found(self, request, object_id) -> Quote:
        """The quote of the path for whoever may see it; 404 otherwise."""
        quote = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if quote is None or not self.has_view_permission(request, quote):  # type: ignore[attr-defined]
            raise Http404
        return quote

    def pdf_view(self, request, object_id):
        """Drafts, revised and withdrawn quotes are marked as such."""
        quote = quote_for_staff().get(pk=self.found(request, object_id).pk)
        return pdf_response(pdf_of(quote, lines_of(quote), decision_of(quote)), quote.full_number)

    def compare_view(self, request, object_id):
        """What changed from the revision before to this one."""
        quote = self.found(request, object_id)
        if quote.revises is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(after)s compared with %(before)s") % {"after": quote, "before": quote.revises},
            "opts": self.opts,
            "object": quote,
            "before": quote.revises,
            "fields": changed_fields(quote.revises, quote),
            "rows": told(changed_lines(lines_of(quote.revises), lines_of(quote)), quote),
        }
        return TemplateResponse(request, "admin/projects/compare.html", context)


def changed_fields(before: Quote, after: Quote) -> list[dict]:
    """The fields that differ, with both values."""
    return [
        {
            "label": Quote._meta.get_field(name).verbose_name,
            "before": value_text(before, name),
            "after": value_text(after, name),
        }
        for name in COMPARED
        if getattr(before, name) != getattr(after, name)
    ]


def value_text(quote: Quote, name: str):
    """A value of a quote; sums as the currency is written."""
    value = getattr(quote, name)
    return amount_text(quote, value) if name in SUMS else value


def told(rows: list[dict], quote: Quote) -> list[dict]:
    """The rows with their lines as papers have them."""

    def paper(line):
        return line and paper_line(line, quote.currency, note=_("Optional") if line.is_optional else "")

    return [row | {side: paper(row[side]) for side in ("before", "after")} for row in rows]


def changed_lines(before: list[QuoteLine], after: list[QuoteLine]) -> list[dict]:
    """The lines of both side by side: the same, changed, added and removed ones, in their order."""
    matcher = SequenceMatcher(a=list(map(content, before)), b=list(map(content, after)), autojunk=False)
    rows = []
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        left, right = before[start:end], after[other_start:other_end]
        for index in range(max(len(left), len(right))):
            old = left[index] if index < len(left) else None
            new = right[index] if index < len(right) else None
            kind = "same" if tag == "equal" else "changed" if old and new else "added" if new else "removed"
            rows.append({"kind": kind, "label": KINDS[kind], "before": old, "after": new})
    return rows


KINDS = {
    "same": gettext_lazy("Unchanged"),
    "changed": gettext_lazy("Changed"),
    "added": gettext_lazy("Added"),
    "removed": gettext_lazy("Removed"),
}


def content(line: QuoteLine) -> tuple:
    """What makes a line the same."""
    return tuple(getattr(line, name) for name in COMPARED_OF_LINES)
