"""Who sees what: viewer, exposure, explanation (TEN-5, D3). May import `portal.accounts` and below."""
