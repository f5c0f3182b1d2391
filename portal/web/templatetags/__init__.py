"""Template tags of every page: icons, times, links, wrapping components."""
