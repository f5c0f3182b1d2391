"""Field service in the admin."""

from fieldservice.admin import (  # noqa: F401  registers the pages
    agreements,
    assets,
    incident_types,
    invoices,
    purchasing,
    settings,
    setup_dates,
    setups,
    stock_documents,
    warehouses,
    work_order_line_pages,
    work_orders,
)
