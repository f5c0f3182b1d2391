"""Days by the tenant's calendar: a day begins at the tenant's midnight, not at UTC's (D6)."""

import datetime as dt

from portal.kit import clock
from portal.tenancy.scope import current_tenant


def day_of(instant: dt.datetime) -> dt.date:
    """The day that an instant belongs to by the calendar of the tenant in scope."""
    return instant.astimezone(current_tenant().zone).date()


def today() -> dt.date:
    """The day by the tenant's calendar."""
    return day_of(clock.now())
