"""Verbs of scheduling: search, hold, book."""
