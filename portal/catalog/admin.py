"""Products, price lists, taxes and what accounts pay by."""

from django.contrib import admin

from portal.catalog.models import BillingTerms, PriceList, PriceListItem, Product, TaxCode
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin


@admin.register(Product, site=portal_admin)
class ProductAdmin(TenantModelAdmin):
    """Parts, consumables, services."""

    position = 10
    allows_deleting = False
    list_display = ("name", "code", "kind", "unit", "list_price", "tax_code", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("tax_code",)
    search_fields = ("name", "code")
    ordering = ("name", "pk")
    fields = ("code", "name", "kind", "unit", "list_price", "cost", "tax_code", "becomes_asset", "is_active")
    autocomplete_fields = ("tax_code",)


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
