"""Callout's foundation: settings, kernel and everything that every section stands on."""
