"""Accounts, contacts, web roles and staff for the tenant; companies and users for the platform."""

from portal.accounts.admin import accounts, contacts, platform, staff, web_roles  # noqa: F401  registers the pages
