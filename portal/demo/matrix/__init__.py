"""Two companies in which each text occurs once: every kind of record, in every state, before everybody who may look (SECURITY 42)."""
