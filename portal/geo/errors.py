"""What can go wrong when others are asked about places."""


class ServiceAway(Exception):
    """A geocoding or routing service did not answer in time, or answered nonsense. Passing: ask again later."""


class ServiceRefused(Exception):
    """A service answered that it cannot help with this question. Lasting: asking again changes nothing."""
