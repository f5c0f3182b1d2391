"""Integration projects as data: what is mapped to what when staff make a project of a template (INT-1)."""
