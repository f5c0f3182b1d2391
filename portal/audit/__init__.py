"""Who did what, when, from what to what. May import `portal.tenancy` and `portal.kit`."""
