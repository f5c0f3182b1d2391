"""Names of time zones."""

import zoneinfo
from functools import cache


@cache
def zone_names() -> frozenset[str]:
    """The names that the zone database knows; read once, for looking them up walks through its folders."""
    return frozenset(zoneinfo.available_timezones())
