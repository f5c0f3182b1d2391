"""The timeline as a piece of a page."""
