"""Verbs of the exchange. No transaction is open while the other side is spoken to."""
