"""The lines of an invoice in the admin: written while it is a draft, read afterwards."""

from django import forms
from django.contrib import admin
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.domain.invoice_lines import WrittenLine, completed, copy_of
from fieldservice.domain.invoices import InvoiceItem
from fieldservice.engine.totals import HUNDRED
from fieldservice.enums import InvoiceStatus
from fieldservice.models import Invoice, InvoiceLine, Payment
from portal.catalog.domain.prices import NO_TAX, Tax
from portal.catalog.models import TaxCode
from portal.kit.money import ZERO, money_text, number_text, percent_text, price_text
from portal.tenancy.admin import TenantInline
from portal.tenancy.forms import BoundedFormSet, TenantForm

USUAL, UNTAXED, KEPT = "", "none", "kept"


class InvoiceLineForm(TenantForm):
    """A line; what is left empty is taken from the product, the price lists and the payer's terms."""

    taxed = forms.ChoiceField(label=gettext_lazy("tax"), required=False)

    def __init__(self, *args, tax_codes=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.tax_codes = {str(each.pk): Tax(each.name, each.rate) for each in tax_codes}
        if "unit_price" not in self.fields:
            return
        for name in ("description", "unit_price", "discount_percent"):
            self.fields[name].required = False
            self.fields[name].initial = None
        choices = [(USUAL, _("As usual")), (UNTAXED, _("No tax"))]
        choices += [(pk, f"{tax.name} {tax.rate.normalize():f} %") for pk, tax in self.tax_codes.items()]
        if not self.instance._state.adding:  # noqa: SLF001  Django's own way to ask
            self.initial["taxed"] = self.tax_of_instance()
        if self.initial.get("taxed") == KEPT:
            choices.append((KEPT, f"{self.instance.tax_name} {self.instance.tax_rate.normalize():f} %"))
        self.fields["taxed"].choices = choices

    def tax_of_instance(self) -> str:
        """The choice that the line was written by."""
        tax = Tax(self.instance.tax_name, self.instance.tax_rate)
        known = {each: pk for pk, each in self.tax_codes.items()}
        return UNTAXED if tax == NO_TAX else known.get(tax, KEPT)

    def clean(self):
        super().clean()
        if not self.cleaned_data.get("description") and not self.cleaned_data.get("product"):
            self.add_error("description", _("Name a product or say what is charged."))
        for name in ("quantity", "unit_price", "discount_percent"):
            if (self.cleaned_data.get(name) or ZERO) < ZERO:
                self.add_error(name, _("This is not negative. Credit an invoice instead."))
        discount = self.cleaned_data["discount_percent"] = self.cleaned_data.get("discount_percent") or ZERO
        if discount > HUNDRED:
            self.add_error("discount_percent", _("At most 100 percent."))
        return self.cleaned_data

    @property
    def written(self) -> WrittenLine:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        names = ("product", "description", "quantity", "unit", "unit_price", "discount_percent")
        own = {UNTAXED: NO_TAX, KEPT: Tax(self.instance.tax_name, self.instance.tax_rate), **self.tax_codes}
        return WrittenLine(**{name: data[name] for name in names}, tax=own.get(data["taxed"]))


class InvoiceLineFormSet(BoundedFormSet):
    """All lines of one invoice; the tax codes are read once for all of them."""

    def get_form_kwargs(self, index):
        if not hasattr(self, "tax_codes"):
            self.tax_codes = list(TaxCode.objects.filter(is_active=True).order_by("name", "pk"))
        return {**super().get_form_kwargs(index), "tax_codes": self.tax_codes}

    def items(self, invoice: Invoice) -> list[InvoiceItem]:
        """What the invoice is to consist of: lines as they were, lines that were typed, and those beyond the page."""
        shown = {form.instance.pk for form in self.initial_forms}
        rest = [
            line for line in invoice.lines.select_related("product").order_by("position", "pk") if line.pk not in shown
        ]
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form in self.initial_forms or form.has_changed())
        ]
        typed = iter(
            completed([form.written for form in kept if form.has_changed()], invoice.account, on=invoice.invoice_date)
        )
        items = [next(typed) if form.has_changed() else copy_of(form.instance) for form in kept]
        return [*items, *map(copy_of, rest)]


# The figures of a final line stand as people write them.
FINAL_FIELDS = (
    *("product", "description", "quantity_text", "unit", "price_text", "discount_text"),
    *("tax_name", "rate_text", "net_text", "tax_text"),
)


class InvoiceLineInline(TenantInline):
    """Prices are net, for each unit."""

    model = InvoiceLine
    form = InvoiceLineForm
    formset = InvoiceLineFormSet
    verbose_name, verbose_name_plural = gettext_lazy("line"), gettext_lazy("Lines")
    fields = ("product", "description", "quantity", "unit", "unit_price", "discount_percent", "taxed", "net_text")
    readonly_fields = ("quantity_text", "price_text", "discount_text", "rate_text", "net_text", "tax_text")
    autocomplete_fields = ("product",)
    ordering = ("position", "pk")
    extra = 1

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", "invoice")

    def get_fields(self, request, obj=None):
        """Of a final line its tax, whatever the codes are by now."""
        return self.fields if is_draft(obj) else FINAL_FIELDS

    @admin.display(description=gettext_lazy("Quantity"))
    def quantity_text(self, line: InvoiceLine) -> str:
        return number_text(line.quantity, get_language())

    @admin.display(description=gettext_lazy("Price for each unit"))
    def price_text(self, line: InvoiceLine) -> str:
        return price_text(line.unit_price, line.invoice.currency, get_language())

    @admin.display(description=gettext_lazy("Discount"))
    def discount_text(self, line: InvoiceLine) -> str:
        return percent_text(line.discount_percent, get_language()) if line.discount_percent else "–"

    @admin.display(description=gettext_lazy("Tax rate"))
    def rate_text(self, line: InvoiceLine) -> str:
        return percent_text(line.tax_rate, get_language())

    @admin.display(description=gettext_lazy("Net"))
    def net_text(self, line: InvoiceLine) -> str:
        return money_text(line.net, line.invoice.currency, get_language()) if line.pk else "–"

    @admin.display(description=gettext_lazy("Tax amount"))
    def tax_text(self, line: InvoiceLine) -> str:
        return money_text(line.tax, line.invoice.currency, get_language())

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and is_draft(obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_draft(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and is_draft(obj)


def is_draft(invoice: Invoice | None) -> bool:
    """Whether the lines may be written: of a new invoice, and of a draft."""
    return invoice is None or invoice.status == InvoiceStatus.DRAFT


class PaymentInline(TenantInline):
    """What came in; recorded and taken back by the buttons above."""

    model = Payment
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    fields = ("paid_date", "amount_text", "method", "reference", "created_at", "reversed_at")
    readonly_fields = ("amount_text",)
    ordering = ("-paid_date", "-pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("invoice")

    @admin.display(description=gettext_lazy("Amount"))
    def amount_text(self, payment: Payment) -> str:
        return money_text(payment.amount, payment.invoice.currency, get_language())
