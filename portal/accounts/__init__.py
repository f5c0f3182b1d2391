"""People: users, the account tree, contacts, web roles, staff. May import `portal.geo` and below."""
