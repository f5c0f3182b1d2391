"""Lines of quotes, contracts and project invoices in the admin: written while their document is a draft, read afterwards."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.utils.translation import get_language, gettext_lazy

from fieldservice.admin.invoice_lines import InvoiceLineForm, InvoiceLineFormSet
from fieldservice.domain.invoice_lines import completed
from fieldservice.domain.invoices import InvoiceItem
from portal.accounts.models import Account
from portal.kit.money import money_text, number_text, percent_text, price_text
from portal.tenancy.admin import TenantInline
from projects.domain.lines import Item, copy_of

FINAL_FIELDS = (
    "product",
    "description",
    "quantity_text",
    "unit",
    "price_text",
    "discount_text",
    "rate_text",
    "net_text",
)
TYPED_FIELDS = ("product", "description", "quantity", "unit", "unit_price", "discount_percent", "taxed", "net_text")


class PricedLineFormSet(InvoiceLineFormSet):
    """All lines of one document. `own_fields` are the fields that its kind of line has besides."""

    own_fields: tuple[str, ...] = ()

    def items_for(self, document: Any, payer: Account, *, on: dt.date) -> list[Item]:
        """What the document is to consist of: lines as they were, lines that were typed, and those beyond the page."""
        shown = {form.instance.pk for form in self.initial_forms}
        lines = document.lines.select_related("product").order_by("position", "pk")
        rest = [line for line in lines if line.pk not in shown]
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form in self.initial_forms or form.has_changed())
        ]
        typed = iter(completed([form.written for form in kept if form.has_changed()], payer, on=on))
        items = [self.typed(form, next(typed)) if form.has_changed() else self.kept(form.instance) for form in kept]
        return [*items, *map(self.kept, rest)]

    def typed(self, form, charged: InvoiceItem) -> Item:
        """A line that was added or changed."""
        former = form.instance.pk if form in self.initial_forms else None
        return Item(charged, {name: form.cleaned_data[name] for name in self.own_fields}, former=former)

    def kept(self, line) -> Item:
        """A line as it was."""
        return copy_of(line, **{name: getattr(line, name) for name in self.own_fields})


class PricedLineInline(TenantInline):
    """Prices are net, for each unit. Subclasses name `model`, `formset`, `document` (the field) and `own_fields`."""

    form = InvoiceLineForm
    verbose_name, verbose_name_plural = gettext_lazy("line"), gettext_lazy("Lines")
    fields = TYPED_FIELDS
    own_fields: tuple[str, ...] = ()
    document = ""
    readonly_fields = ("quantity_text", "price_text", "discount_text", "rate_text", "net_text")
    autocomplete_fields = ("product",)
    ordering = ("position", "pk")
    extra = 1

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product", self.document)

    def get_fields(self, request, obj=None):
        return (*(TYPED_FIELDS if self.is_draft(obj) else FINAL_FIELDS), *self.own_fields)

    def is_draft(self, obj) -> bool:
        """Whether the lines may be written: of a new document, and of a draft."""
        return obj is None or obj.status == "draft"

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and self.is_draft(obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_draft(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_draft(obj)

    def currency_of(self, line) -> str:
        return getattr(line, self.document).currency

    @admin.display(description=gettext_lazy("Quantity"))
    def quantity_text(self, line) -> str:
        return number_text(line.quantity, get_language())

    @admin.display(description=gettext_lazy("Price for each unit"))
    def price_text(self, line) -> str:
        return price_text(line.unit_price, self.currency_of(line), get_language())

    @admin.display(description=gettext_lazy("Discount"))
    def discount_text(self, line) -> str:
        return percent_text(line.discount_percent, get_language()) if line.discount_percent else "–"

    @admin.display(description=gettext_lazy("Tax rate"))
    def rate_text(self, line) -> str:
        return f"{line.tax_name} {percent_text(line.tax_rate, get_language())}".strip()

    @admin.display(description=gettext_lazy("Net"))
    def net_text(self, line) -> str:
        return money_text(line.net, self.currency_of(line), get_language()) if line.pk else "–"
