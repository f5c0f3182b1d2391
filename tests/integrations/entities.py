"""Three entities of the tests alone: products both ways, work orders, and their product lines."""

from django.db.models import Q

from fieldservice.models import WorkOrder, WorkOrderProduct
from integrations.entities.base import Entity, Field, Kind, Source, Written
from portal.catalog.models import Product
from portal.kit.errors import DomainError


def take_in(values):
    """Write a product as staff would; one without a price is refused."""
    if values.get("list_price") is None or values["list_price"] < 0:
        raise DomainError("A product has a price.")
    product = Product.objects.filter(code=values["code"]).order_by("pk").first()
    if product is None:
        return Written(Product.objects.create(**values).pk, "inserted")
    changed = [name for name, value in values.items() if getattr(product, name) != value]
    for name in changed:
        setattr(product, name, values[name])
    product.save(update_fields=changed)
    return Written(product.pk, "updated" if changed else "unchanged")


PRODUCTS = Entity(
    name="test_products",
    label="Products",
    model=Product,
    key="code",
    fields=(
        Field("code", "Number", Kind.TEXT, "code", is_writable=True),
        Field("name", "Name", Kind.TEXT, "name", is_writable=True),
        Field("list_price", "Price", Kind.NUMBER, "list_price", is_writable=True),
        Field("unit", "Unit", Kind.TEXT, "unit"),
        Field("is_active", "Active", Kind.BOOLEAN, "is_active"),
    ),
    query=Product.objects.all,
    sources=(Source("catalog_product"),),
    is_ready=Q(is_active=True),
    write=take_in,
)
ORDERS = Entity(
    name="test_orders",
    label="Work orders",
    model=WorkOrder,
    key="number",
    fields=(
        Field("number", "Number", Kind.TEXT, "number"),
        Field("summary", "Summary", Kind.TEXT, "summary"),
        Field("account", "Account", Kind.TEXT, "account.name"),
    ),
    query=lambda: WorkOrder.objects.select_related("account"),
    sources=(Source("fieldservice_workorder"), Source("accounts_account", "account_id", "fieldservice_workorder")),
)
LINES = Entity(
    name="test_lines",
    label="Lines",
    model=WorkOrderProduct,
    key="key",
    fields=(
        Field("key", "Line", Kind.TEXT, lambda each: f"{each.work_order.number}/{each.position}"),
        Field("order", "Work order", Kind.TEXT, "work_order.number"),
        Field("position", "Line number", Kind.INTEGER, "position"),
        Field("product", "Product", Kind.TEXT, "product.code"),
        Field("quantity", "Quantity", Kind.NUMBER, "quantity"),
    ),
    query=lambda: WorkOrderProduct.objects.select_related("work_order", "product"),
    sources=(
        Source("fieldservice_workorderproduct"),
        Source("fieldservice_workorder", "work_order_id", "fieldservice_workorderproduct"),
    ),
)
ALL = (PRODUCTS, ORDERS, LINES)
