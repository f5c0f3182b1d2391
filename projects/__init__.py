"""The Project section: projects, quotes, contracts, project invoices, teams (PSA). May import scheduling and everything below it."""
