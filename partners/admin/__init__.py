"""The partner programme in the admin."""

from partners.admin import distributions, feedback, opportunities, programme, registrations, settings  # noqa: F401  registers the pages
