"""Field service in the admin."""

from fieldservice.admin import (  # noqa: F401  registers the pages
    agreements,
    assets,
    incident_types,
    invoices,
    settings,
    setup_dates,
    setups,
    work_order_line_pages,
    work_orders,
)
