"""Pages of timelines: the verb of commenting, and the files."""
