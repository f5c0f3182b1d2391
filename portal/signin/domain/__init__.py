"""Verbs around sign-in."""
