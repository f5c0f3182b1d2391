"""Products, price lists, taxes. May import `portal.access` and below."""
