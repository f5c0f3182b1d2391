"""Tenants and the two walls between them (TEN-1, TEN-2, D2). May import `portal.kit` only."""
