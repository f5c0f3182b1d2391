"""What a company sells: taxes, products, prices, and what each service takes."""

from decimal import Decimal

from fieldservice.models import FieldServiceSettings, IncidentProduct, IncidentTask, IncidentType
from portal.accounts.models import Account
from portal.catalog.enums import ProductKind
from portal.catalog.models import BillingTerms, PriceList, PriceListItem, Product, TaxCode
from portal.demo.catalogs import table
from portal.demo.tenants import DemoTenant

# The price list of the large customers is so much below the list price.
LARGE_CUSTOMERS_PAY = Decimal("0.90")


def set_up_products(demo: DemoTenant) -> None:
    """Everything with a price, for the tenant in scope; what staff changed since stays."""
    tax, _is_new = TaxCode.objects.get_or_create(name=demo.tax[0], defaults={"rate": Decimal(demo.tax[1])})
    for row in table(demo.slug, "products"):
        open_product(row, tax)
    standard, _is_new = PriceList.objects.get_or_create(name=demo.price_lists[0])
    FieldServiceSettings.objects.get_or_create(defaults={"price_list": standard, "tax_code": tax})
    agreed, is_new = PriceList.objects.get_or_create(name=demo.price_lists[1])
    if is_new:
        for product in Product.objects.order_by("code", "pk"):
            price = (product.list_price * LARGE_CUSTOMERS_PAY).quantize(Decimal("0.05"))
            PriceListItem.objects.create(price_list=agreed, product=product, price=price, **how_charged(product))
    describe_services(demo)


def open_product(row: dict[str, str], tax: TaxCode) -> None:
    """A product of the table."""
    Product.objects.get_or_create(
        code=row["code"],
        defaults={
            "name": row["name"],
            "kind": row["kind"],
            "unit": row["unit"],
            "inventory_unit": row["unit"] if row["kind"] == ProductKind.INVENTORY else "",
            "list_price": Decimal(row["list_price"]),
            "cost": Decimal(row["cost"]),
            "tax_code": tax,
            "becomes_asset": row["becomes_asset"] == "yes",
        },
    )


def how_charged(product: Product) -> dict:
    """Time is charged by the started quarter of an hour, half an hour at least."""
    if product.kind != ProductKind.SERVICE:
        return {}
    return {"minimum_minutes": 30, "rounding": "up", "rounding_minutes": 15}


def describe_services(demo: DemoTenant) -> None:
    """What each service takes, where it is not said yet."""
    services = {each.name: each for each in IncidentType.objects.all()}
    described = set(IncidentProduct.objects.values_list("incident_type_id", flat=True))
    products = {each.code: each for each in Product.objects.all()}
    for position, row in enumerate(table(demo.slug, "incident_items"), start=1):
        service = services[row["incident_type"]]
        if service.pk not in described:
            IncidentProduct.objects.create(
                incident_type=service,
                product=products[row["product_code"]],
                quantity=Decimal(row["quantity"]),
                minutes=int(row["minutes"]),
                position=position,
            )
    told = set(IncidentTask.objects.values_list("incident_type_id", flat=True))
    for position, row in enumerate(table(demo.slug, "incident_tasks"), start=1):
        service = services[row["incident_type"]]
        if service.pk not in told:
            IncidentTask.objects.create(
                incident_type=service,
                name=row["name"],
                estimated_minutes=int(row["estimated_minutes"]),
                position=position,
            )


def set_terms(demo: DemoTenant) -> None:
    """The large customers pay by the agreed price list."""
    agreed = PriceList.objects.get(name=demo.price_lists[1])
    for account in Account.objects.filter(number__in=demo.large_customers).order_by("number"):
        BillingTerms.objects.get_or_create(account=account, defaults={"price_list": agreed, "payment_days": 14})
