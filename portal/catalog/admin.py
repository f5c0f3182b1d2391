"""Products, price lists, taxes, what accounts pay by, running numbers."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.catalog.models import BillingTerms, NumberSeries, PriceList, PriceListItem, Product, TaxCode
from portal.catalog.numbering import all_series, series_of
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm


@admin.register(Product, site=portal_admin)
class ProductAdmin(TenantModelAdmin):
    """Parts, consumables, services. Those that another system maintains are read-only."""

    position = 10
    allows_deleting = False
    list_display = ("name", "code", "kind", "unit", "list_price", "tax_code", "is_active")
    list_filter = ("kind", "is_active", "is_externally_maintained")
    list_select_related = ("tax_code",)
    search_fields = ("name", "code")
    ordering = ("name", "pk")
    fields = (
        *("code", "name", "kind", "unit", "inventory_unit", "list_price", "cost", "tax_code", "becomes_asset"),
        *("is_active", "is_externally_maintained"),
    )
    readonly_fields = ("is_externally_maintained",)
    autocomplete_fields = ("tax_code",)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not getattr(obj, "is_externally_maintained", False)


class PriceListItemInline(TenantInline):
    """The prices of the list."""

    model = PriceListItem
    extra = 0
    fields = ("product", "price", "is_flat_fee", "minimum_minutes", "minimum_amount", "rounding", "rounding_minutes")
    autocomplete_fields = ("product",)


@admin.register(PriceList, site=portal_admin)
class PriceListAdmin(TenantModelAdmin):
    """Prices with their dates."""

    position = 20
    allows_deleting = False
    list_display = ("name", "starts_date", "ends_date", "is_active")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "starts_date", "ends_date", "is_active")
    inlines = (PriceListItemInline,)


@admin.register(TaxCode, site=portal_admin)
class TaxCodeAdmin(TenantModelAdmin):
    """Taxes with their rates."""

    position = 30
    allows_deleting = False
    list_display = ("name", "rate", "is_active")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "rate", "is_active")


@admin.register(BillingTerms, site=portal_admin)
class BillingTermsAdmin(TenantModelAdmin):
    """Price list, tax and days to pay of an account."""

    position = 40
    list_display = ("account", "price_list", "tax_code", "is_tax_exempt", "payment_days")
    list_select_related = ("account", "price_list", "tax_code")
    search_fields = ("account__name", "account__number")
    ordering = ("account__name", "pk")
    fields = ("account", "price_list", "tax_code", "is_tax_exempt", "payment_days")
    autocomplete_fields = ("account", "price_list", "tax_code")


class SeriesForm(TenantForm):
    """Numbers are not given twice, and each kind has one series."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            choices = [(each.kind, each.label) for each in all_series()]
            self.fields["kind"] = forms.ChoiceField(label=gettext_lazy("Kind"), choices=choices)

    def clean_next_number(self):
        number = self.cleaned_data["next_number"]
        if number < self.initial.get("next_number", 0):
            self.add_error("next_number", _("The next number can only be raised."))
        return number


@admin.register(NumberSeries, site=portal_admin)
class NumberSeriesAdmin(TenantModelAdmin):
    """Prefix and next number of each kind of record."""

    position = 70
    form = SeriesForm
    allows_deleting = False
    list_display = ("label", "prefix", "next_number")
    ordering = ("kind", "pk")

    def get_fields(self, request, obj=None):
        return ("label" if obj else "kind", "prefix", "next_number")

    def get_readonly_fields(self, request, obj=None):
        return ("label",) if obj else ()

    @admin.display(description=gettext_lazy("Kind"), ordering="kind")
    def label(self, series: NumberSeries) -> str:
        return str(series_of(series.kind).label)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request) and NumberSeries.objects.count() < len(all_series())
