"""Field service in the admin."""

from fieldservice.admin import agreements, assets, incident_types, invoices, settings, setup_dates, setups, work_orders  # noqa: F401  registers the pages
