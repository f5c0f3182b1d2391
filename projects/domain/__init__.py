"""Verbs over projects, teams, quotes, contracts, project invoices."""
