"""What staff do with an invoice beside editing it: issue, record and take back payments, credit, cancel, download."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.domain.invoice_credits import credit
from fieldservice.domain.invoice_payments import record_payment, reverse_payment
from fieldservice.domain.invoices import cancel, issue
from fieldservice.enums import InvoiceKind, InvoiceStatus
from fieldservice.models import Invoice, Payment
from fieldservice.papers.invoice_pdf import pdf_of
from fieldservice.queries.invoices import invoice_for_staff, kept_payments, lines_of, payments_of
from portal.access.admin.record_actions import Action, ActionForm, RecordActions
from portal.kit.money import money_text, round_money
from portal.tenancy.days import today
from portal.web.papers import pdf_response


class PaymentForm(ActionForm):
    """What came in."""

    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14, decimal_places=3)
    paid_date = forms.DateField(
        label=gettext_lazy("Received"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    method = forms.CharField(
        label=gettext_lazy("By"), max_length=60, required=False, help_text=gettext_lazy("Transfer, card, cash.")
    )
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=120, required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, record: Invoice):
        super().__init__(data, record=record)
        balance = round_money(record.balance, record.currency)
        self.initial = {"amount": balance, "paid_date": today(), "request_key": uuid4()}


class CreditForm(ActionForm):
    """How much, and why; empty is all that is left."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount, tax included"),
        max_digits=14,
        decimal_places=3,
        required=False,
        help_text=gettext_lazy("Left empty, whatever is left to pay."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The customer reads it on the credit note."),
    )
    seen_balance = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, record: Invoice):
        super().__init__(data, record=record)
        self.initial = {"seen_balance": record.balance}


class CancelForm(ActionForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("For the company's own records.")
    )


class ReverseForm(ActionForm):
    """Which payment, and why."""

    payment = forms.ModelChoiceField(
        label=gettext_lazy("Payment"), queryset=Payment.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)

    def __init__(self, data=None, *, record: Invoice):
        super().__init__(data, record=record)
        field: Any = self.fields["payment"]
        field.queryset = kept_payments(record).order_by("-paid_date", "-pk")
        field.choices = [(each.pk, payment_text(record, each)) for each in payments_of(record)]


def payment_text(invoice: Invoice, payment: Payment) -> str:
    """One payment as staff tell it from the others."""
    amount = money_text(payment.amount, invoice.currency, get_language())
    return " · ".join(each for each in (str(payment.paid_date), amount, payment.method, payment.reference) if each)


def is_open(invoice: Invoice) -> bool:
    return invoice.status == InvoiceStatus.ISSUED and invoice.kind == InvoiceKind.INVOICE


def is_cancelable(invoice: Invoice) -> bool:
    return invoice.status == InvoiceStatus.DRAFT or (is_open(invoice) and not invoice.paid and not invoice.credited)


def pay(invoice: Invoice, data: dict, by) -> Invoice:
    record_payment(invoice, **data, by=by)
    return invoice


def take_back(invoice: Invoice, data: dict, by) -> Invoice:
    reverse_payment(data["payment"], reason=data["reason"], by=by)
    return invoice


def left_to_pay(invoice: Invoice) -> list[str]:
    """How much one decides about."""
    amount = money_text(invoice.balance, invoice.currency, get_language())
    return [_("%(amount)s is left to pay by %(account)s.") % {"amount": amount, "account": invoice.account}]


ISSUE = Action(
    key="issue",
    label=gettext_lazy("Issue"),
    explanation=gettext_lazy(
        "From now on the lines stay as they are. Where the invoice is exposed, the customer sees it and is told by e-mail."
    ),
    is_offered=lambda invoice: invoice.status == InvoiceStatus.DRAFT,
    perform=lambda invoice, data, by: issue(invoice, by=by),
    done=gettext_lazy("%(name)s was issued."),
)
PAY = Action(
    key="pay",
    label=gettext_lazy("Record payment"),
    explanation=gettext_lazy("Money that came in, all or a part."),
    is_offered=is_open,
    perform=pay,
    done=gettext_lazy("The payment for %(name)s was recorded."),
    form=PaymentForm,
    consequences=left_to_pay,
)
REVERSE = Action(
    key="reverse",
    label=gettext_lazy("Take back a payment"),
    explanation=gettext_lazy("A payment that bounced or was recorded wrongly. The invoice is open again."),
    is_offered=lambda invoice: bool(invoice.paid),
    perform=take_back,
    done=gettext_lazy("The payment for %(name)s was taken back."),
    form=ReverseForm,
    is_grave=True,
)
CREDIT = Action(
    key="credit",
    label=gettext_lazy("Credit"),
    explanation=gettext_lazy(
        "A credit note with a number of its own lowers the balance. The customer sees it where the invoice is exposed."
    ),
    is_offered=is_open,
    perform=lambda invoice, data, by: credit(invoice, **data, by=by),
    done=gettext_lazy("%(name)s was credited by %(made)s."),
    form=CreditForm,
    consequences=left_to_pay,
)
CANCEL = Action(
    key="cancel",
    label=gettext_lazy("Cancel the invoice"),
    explanation=gettext_lazy("It stays in the lists as canceled. Its work order may be invoiced anew."),
    is_offered=is_cancelable,
    perform=lambda invoice, data, by: cancel(invoice, **data, by=by),
    done=gettext_lazy("%(name)s was canceled."),
    form=CancelForm,
    is_grave=True,
)


class InvoiceActions(RecordActions):
    """The pages of the actions, and the paper as the customer gets it."""

    record_actions = (ISSUE, PAY, REVERSE, CREDIT, CANCEL)

    def get_urls(self):
        view = self.admin_site.admin_view(self.pdf_view)
        return [path("<path:object_id>/pdf/", view, name="fieldservice_invoice_pdf"), *super().get_urls()]

    def tools(self, obj) -> list[dict]:
        url = reverse("admin:fieldservice_invoice_pdf", args=[obj.pk])
        return [*super().tools(obj), {"label": _("Download PDF"), "url": url}]

    def pdf_view(self, request, object_id):
        """Drafts and canceled invoices are marked as such."""
        invoice = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if invoice is None or not self.has_view_permission(request, invoice):  # type: ignore[attr-defined]
            raise Http404
        invoice = invoice_for_staff().get(pk=invoice.pk)
        return pdf_response(pdf_of(invoice, lines_of(invoice)), invoice.number)
