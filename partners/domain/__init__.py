"""Verbs over opportunities and what becomes of them. Locks are taken in one order: opportunity, then partners of the programme by id."""
