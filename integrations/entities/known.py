"""Everything of Callout that can be exchanged; importing this makes it known."""

from integrations.entities import (
    accounts,
    contacts,
    invoices,
    products,
    purchasing,
    stock,
    stock_documents,
    work_order_invoices,
    work_order_lines,
    work_orders,
)

__all__ = [
    "accounts",
    "contacts",
    "invoices",
    "products",
    "purchasing",
    "stock",
    "stock_documents",
    "work_order_invoices",
    "work_order_lines",
    "work_orders",
]
