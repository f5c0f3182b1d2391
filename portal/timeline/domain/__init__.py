"""Verbs over comments, events and files (FS-4, SECURITY 33)."""
