"""The Field service section: assets, work orders, incident types. May import `portal.signin` and below."""
