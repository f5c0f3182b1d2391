"""The demo tenants of `make run`: written through the commands and domain functions that every company uses."""
