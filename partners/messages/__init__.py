"""Mails of the programme: to partners, to the company, to customers."""

from partners.messages import customers, partners, staff  # noqa: F401  registers the messages
