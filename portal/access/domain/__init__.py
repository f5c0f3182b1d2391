"""Verbs of exposure."""
