"""Comments, attachments and events of a record. May import `portal.access` and below."""
