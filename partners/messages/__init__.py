"""Mails of the section."""
