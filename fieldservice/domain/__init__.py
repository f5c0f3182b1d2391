"""Verbs over work orders and what is imported."""
