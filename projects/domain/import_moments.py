"""Days of an import as the moments that records keep (OPS-4)."""

import datetime as dt

from django.utils.translation import gettext as _

from fieldservice.domain.imports import BadColumn
from portal.kit import clock
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant


def moment_of(day: dt.date | None) -> dt.datetime:
    """The beginning of a day, by the tenant's clock, and never later than now; now where no day is named."""
    now = clock.now()
    return now if day is None else min(dt.datetime.combine(day, dt.time(), current_tenant().zone), now)


def check_past(day: dt.date | None, column: str) -> None:
    """Raise BadColumn for a day to come."""
    if day is not None and day > today():
        raise BadColumn(column, _("This day has not come yet."))
