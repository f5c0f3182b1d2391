"""Connections, projects and tasks of the exchange, in the tenant in scope."""

from integrations.domain.journal import watch
from integrations.enums import Direction
from integrations.models import Connection, IntegrationProject, IntegrationTask, MappedField
from tests.factories import unique

PRODUCT_FIELDS = (
    {"source": "code", "target": "ProductNumber", "is_key": True},
    {"source": "name", "target": "ProductName", "is_required": True},
    {"source": "list_price", "target": "SalesPrice"},
)
BACK_FIELDS = (
    {"source": "ProductNumber", "target": "code", "is_key": True},
    {"source": "ProductName", "target": "name", "is_required": True},
    {"source": "SalesPrice", "target": "list_price"},
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
        "entity_set": "Products",
        "company_field": "dataAreaId",
    }
    task = IntegrationTask.objects.create(**values | {"position": fields["project"].tasks.count() + 1} | fields)
    for position, each in enumerate(mapped, 1):
        MappedField.objects.create(task=task, position=position, **each)
    watch(task)
    return task


def make_task_back(**fields) -> IntegrationTask:
    """A task that takes products in."""
    return make_task(**{"mapped": BACK_FIELDS, "direction": Direction.IN} | fields)
