"""The embedded default (DESIGN.md D1, OPS-1): real PostgreSQL and Valkey from wheels, started and ended by one command.

Imports nothing of ours and is imported by nobody; production knows nothing of it. See docs/operations.md.
"""
