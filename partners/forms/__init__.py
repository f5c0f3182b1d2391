"""What partners type in the section, as clean values."""
