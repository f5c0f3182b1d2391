"""What staff do with a project invoice beside editing it: review, confirm, record as paid, correct, throw away, download (PSA-4)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.admin.record_actions import Action, ActionForm
from portal.kit.errors import DomainError
from portal.tenancy.days import today
from portal.web.papers import pdf_response
from projects.domain.invoice_corrections import correct, discard
from projects.domain.invoices import confirm, record_paid, send_back, submit
from projects.enums import InvoiceStatus
from projects.models import ProjectInvoice
from projects.papers.invoice_pdf import pdf_of
from projects.queries.invoices import invoice_for_staff, lines_of

UNCONFIRMED = (InvoiceStatus.DRAFT, InvoiceStatus.IN_REVIEW)


class PaidForm(ActionForm):
    """When it came in."""

    paid_date = forms.DateField(
        label=gettext_lazy("Received"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data=None, *, record: ProjectInvoice):
        super().__init__(data, record=record)
        self.initial = {"paid_date": today()}


def is_owed(invoice: ProjectInvoice) -> bool:
    """Whether it is confirmed, not paid, and nothing stands in its place."""
    return invoice.status == InvoiceStatus.CONFIRMED and not invoice.is_corrected


def what_it_replaces(invoice: ProjectInvoice) -> list[str]:
    """That another invoice is corrected by this one."""
    if invoice.corrects is None:
        return []
    return [_("It takes the place of invoice %(number)s.") % {"number": invoice.corrects.number}]


SUBMIT = Action(
    key="submit",
    label=gettext_lazy("Submit for review"),
    explanation=gettext_lazy("A colleague looks at it before it is confirmed. The customer sees nothing of it."),
    is_offered=lambda invoice: invoice.status == InvoiceStatus.DRAFT,
    perform=lambda invoice, data, by: submit(invoice, by=by),
    done=gettext_lazy("%(name)s is in review."),
)
SEND_BACK = Action(
    key="send-back",
    label=gettext_lazy("Back to draft"),
    explanation=gettext_lazy("It can be written again."),
    is_offered=lambda invoice: invoice.status == InvoiceStatus.IN_REVIEW,
    perform=lambda invoice, data, by: send_back(invoice, by=by),
    done=gettext_lazy("%(name)s is a draft again."),
)
CONFIRM = Action(
    key="confirm",
    label=gettext_lazy("Confirm"),
    explanation=gettext_lazy(
        "From now on the invoice stays as it is. Where it is exposed, the customer sees it and is told by e-mail."
    ),
    is_offered=lambda invoice: invoice.status in UNCONFIRMED,
    perform=lambda invoice, data, by: confirm(invoice, by=by),
    done=gettext_lazy("%(name)s was confirmed."),
    consequences=what_it_replaces,
)
PAID = Action(
    key="paid",
    label=gettext_lazy("Record as paid"),
    explanation=gettext_lazy("The whole amount came in."),
    is_offered=is_owed,
    perform=lambda invoice, data, by: record_paid(invoice, **data, by=by),
    done=gettext_lazy("%(name)s was paid."),
    form=PaidForm,
)
CORRECT = Action(
    key="correct",
    label=gettext_lazy("Correct"),
    explanation=gettext_lazy(
        "A draft with the same lines, to be changed. Once it is confirmed, it stands in the place of this invoice; the customer sees both,"
        " and which one counts."
    ),
    is_offered=is_owed,
    perform=lambda invoice, data, by: correct(invoice, by=by),
    done=gettext_lazy("%(made)s corrects %(name)s."),
)


class InvoicePages:
    """The paper as the customer gets it, and the page that asks before a draft is thrown away."""

    admin_site: Any
    discard_action = Action(
        key="discard",
        label=gettext_lazy("Throw away"),
        explanation=gettext_lazy("The draft is deleted. Milestones that it bills are ready again."),
        is_offered=lambda invoice: invoice.status == InvoiceStatus.DRAFT,
        perform=lambda invoice, data, by: discard(invoice, by=by),
        done=gettext_lazy("%(name)s was thrown away."),
        is_grave=True,
    )

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/pdf/", view(self.pdf_view), name="projects_projectinvoice_pdf"),
            path("<path:object_id>/discard/", view(self.discard_view), name="projects_projectinvoice_discard"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def tools(self, obj) -> list[dict]:
        url = reverse("admin:projects_projectinvoice_pdf", args=[obj.pk])
        own = [{"label": _("Download PDF"), "url": url}]
        if self.discard_action.is_offered(obj):
            away = reverse("admin:projects_projectinvoice_discard", args=[obj.pk])
            own.append({"label": self.discard_action.label, "url": away})
        return [*super().tools(obj), *own]  # type: ignore[misc]

    def record_or_404(self, request, object_id) -> ProjectInvoice:
        invoice = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if invoice is None or not self.has_view_permission(request, invoice):  # type: ignore[attr-defined]
            raise Http404
        return invoice

    def pdf_view(self, request, object_id):
        """Drafts and corrected invoices are marked as such."""
        invoice = invoice_for_staff().get(pk=self.record_or_404(request, object_id).pk)
        return pdf_response(pdf_of(invoice, lines_of(invoice)), invoice.number)

    def discard_view(self, request, object_id):
        """GET asks, POST deletes and goes to the list: the record has no page any more."""
        invoice, action = self.record_or_404(request, object_id), self.discard_action
        form = action.form(request.POST if request.method == "POST" else None, record=invoice)
        if not form.is_valid() or not action.is_offered(invoice):
            return self.action_page(request, action, invoice, form)  # type: ignore[attr-defined]
        name = str(invoice)
        try:
            action.perform(invoice, {}, request.user)
        except DomainError as error:
            form.add_error(None, error.message)
            return self.action_page(request, action, invoice, form)  # type: ignore[attr-defined]
        self.message_user(request, action.done % {"name": name}, messages.SUCCESS)  # type: ignore[attr-defined]
        return redirect("admin:projects_projectinvoice_changelist")
