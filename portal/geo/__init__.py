"""Places, territories, geocoding, distance and road travel (SCH-10). May import `portal.audit`, `portal.tenancy`, `portal.kit`."""
