"""Connections, projects with their tasks and fields, and where each record stands in the exchange."""
