"""Scheduling in the admin."""

from scheduling.admin import (  # noqa: F401  registers the pages
    bookings,
    calendars,
    characteristics,
    earlier,
    feedback,
    links,
    reminders,
    resources,
    searches,
    settings,
    surveys,
)
