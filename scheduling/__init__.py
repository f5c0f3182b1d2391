"""Resources, slot search, booking, tracking. May import `fieldservice` and below."""
