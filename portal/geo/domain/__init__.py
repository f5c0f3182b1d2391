"""Verbs over places."""
