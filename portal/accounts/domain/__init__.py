"""Verbs over people and web roles."""
