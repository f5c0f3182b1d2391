"""Plain Python over frozen values: no Django, no database, no clock."""
