"""The templates that projects are made of, in the order in which a company takes them up (DYNAMICS 7.1)."""

from integrations.templates import customers, inventory, invoices, products, purchasing, work_orders
from integrations.templates.base import Template

TEMPLATES: tuple[Template, ...] = (
    *products.TEMPLATES,
    *customers.TEMPLATES,
    *work_orders.TEMPLATES,
    *invoices.TEMPLATES,
    *inventory.TEMPLATES,
    *purchasing.TEMPLATES,
)


def template_named(name: str) -> Template | None:
    """The template of this name, if it is shipped."""
    return next((each for each in TEMPLATES if each.name == name), None)
