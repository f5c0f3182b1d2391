"""What the pages of the section say alike: states, clocks, amounts, where something is."""

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partners.enums import Alert, OpportunityStatus
from portal.kit import clock
from portal.kit.money import money_text
from portal.web.times import format_duration

STATUS_TONES = {
    OpportunityStatus.IN_PROGRESS: "accent",
    OpportunityStatus.ACCEPTED: "info",
    OpportunityStatus.DELIVERED: "warn",
    OpportunityStatus.WON: "ok",
    OpportunityStatus.PURCHASED: "ok",
}
ALERT_TONES = {Alert.NEW: "info", Alert.OVERDUE: "danger", Alert.STALLED: "warn"}
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
# Below these the clock turns yellow, and red.
SOON, LAST = dt.timedelta(hours=24), dt.timedelta(hours=4)


def day_text(day: dt.date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def amount_text(amount: Decimal | None, currency: str) -> str:
    """An amount in words of the locale; empty where there is none."""
    return "" if amount is None else money_text(amount, currency, get_language())


def left_text(expires_at: dt.datetime) -> str:
    """How long there is to answer, in words: days and hours first, minutes at the end."""
    left = expires_at - clock.now()
    if left < MINUTE:
        return _("the time is over") if left <= dt.timedelta() else _("less than a minute left")
    if left < DAY:
        return _("%(time)s left") % {"time": format_duration(rounded(left))}
    days = ngettext("%(count)d day", "%(count)d days", left.days) % {"count": left.days}
    hours = (left - left.days * DAY) // dt.timedelta(hours=1)
    if not hours:
        return _("%(time)s left") % {"time": days}
    # Translators: days and hours, as "2 days 3 hours".
    both = _("%(days)s %(hours)s") % {"days": days, "hours": format_duration(hours * 60)}
    return _("%(time)s left") % {"time": both}


def rounded(left: dt.timedelta) -> int:
    """Minutes, to the quarter hour before where there is more than an hour: nobody plans by the minute."""
    minutes = left // MINUTE
    return minutes - minutes % 15 if minutes > 60 else minutes  # noqa: PLR2004  an hour and a quarter of it


def left_tone(expires_at: dt.datetime) -> str:
    """How urgent an answer is."""
    left = expires_at - clock.now()
    return "danger" if left < LAST else "warn" if left < SOON else "neutral"


def ago_text(moment: dt.datetime) -> str:
    """How many days ago something was."""
    days = (clock.now() - moment).days
    if not days:
        return _("today")
    return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
