"""Connections, projects and tasks of the exchange, in the tenant in scope."""

from integrations.domain.journal import watch
from integrations.enums import Direction
from integrations.models import Connection, IntegrationProject, IntegrationTask, MappedField
from tests.factories import unique

PRODUCT_FIELDS = (
    {"source": "code", "target": "ItemNumber", "is_key": True},
    {"source": "name", "target": "ProductName", "is_required": True},
    {"source": "list_price", "target": "SalesPrice"},
)
BACK_FIELDS = (
    {"source": "ProductNumber", "target": "code", "is_key": True},
    {"source": "ProductName", "target": "name", "is_required": True},
    {"source": "SalesPrice", "target": "list_price"},
)


ORDER_FIELDS = (
    {"source": "number", "target": "SalesOrderNumber", "is_key": True},
    {"source": "summary", "target": "SalesOrderName", "transforms": [{"kind": "text", "options": {"longest": 60}}]},
    {
        "source": "account",
        "target": "OrderingCustomerAccountNumber",
        "transforms": [{"kind": "text", "options": {"longest": 20}}],
    },
)
LINE_FIELDS = (
    {
        "source": "order",
        "target": "SalesOrderNumber",
        "is_key": True,
        "transforms": [{"kind": "lookup", "options": {"table": "test_orders"}}],
    },
    {"source": "position", "target": "LineCreationSequenceNumber", "is_key": True},
    {"source": "product", "target": "ProductNumber"},
    {"source": "quantity", "target": "OrderedSalesQuantity"},
)


def make_connection(**fields) -> Connection:
    values = {"name": unique("ERP "), "base_url": "https://erp.example/data/", "company": "usmf"}
    return Connection.objects.create(**values | fields)


def make_project(**fields) -> IntegrationProject:
    """A project in use that runs every five minutes."""
    if "connection" not in fields:
        fields["connection"] = make_connection()
    return IntegrationProject.objects.create(
        **{"name": unique("Exchange "), "is_active": True, "every_minutes": 5} | fields
    )


def make_task(*, mapped=PRODUCT_FIELDS, **fields) -> IntegrationTask:
    """A task that sends products and is told of their changes; `mapped` are its fields."""
    if "project" not in fields:
        fields["project"] = make_project()
    values = {
        "name": unique("Products "),
        "entity": "test_products",
        "entity_set": "ReleasedProductsV2",
        "company_field": "dataAreaId",
    }
    task = IntegrationTask.objects.create(**values | {"position": fields["project"].tasks.count() + 1} | fields)
    for position, each in enumerate(mapped, 1):
        MappedField.objects.create(task=task, position=position, **each)
    watch(task)
    return task


def make_task_back(**fields) -> IntegrationTask:
    """A task that takes products in."""
    values = {"mapped": BACK_FIELDS, "direction": Direction.IN, "entity_set": "SellableReleasedProducts"}
    return make_task(**values | fields)


def make_orders(project, **fields) -> IntegrationTask:
    """A task that sends work orders as sales orders."""
    values = {"entity": "test_orders", "entity_set": "D365SalesOrderHeaders", "mapped": ORDER_FIELDS}
    return make_task(project=project, **values | fields)


def make_lines(project, **fields) -> IntegrationTask:
    """A task that sends their lines, which name their order."""
    values = {"entity": "test_lines", "entity_set": "D365SalesOrderLines", "mapped": LINE_FIELDS}
    return make_task(project=project, **values | fields)
