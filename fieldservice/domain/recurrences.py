"""What the recurrence of a setup means: in dates, and in words for people (FS-1, FS-2)."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Sequence
from types import MappingProxyType

import structlog
from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy, to_locale
from django.utils.translation import gettext as _

from fieldservice.engine.recurrence import Recurrence, shifts, upcoming
from fieldservice.engine.rules import LAST, BadRule, Flaw, Rule, Unit, parse
from fieldservice.models import Agreement
from fieldservice.models.setups import Recurring
from portal.kit.errors import DomainError

logger = structlog.get_logger(__name__)

# A sentence names no more single dates than this.
NAMED_DATES = 3
LEAP_YEAR = 2024

FLAWS = MappingProxyType(
    {
        Flaw.FORM: gettext_lazy("This is no recurrence like FREQ=MONTHLY;INTERVAL=3."),
        Flaw.PART: gettext_lazy("“%(detail)s” cannot be used in a recurrence here."),
        Flaw.UNIT: gettext_lazy("A recurrence counts days, weeks, months or years."),
        Flaw.EVERY: gettext_lazy("Enter a whole number from 1 to %(detail)s."),
        Flaw.WEEKDAYS: gettext_lazy("Choose weekdays for a recurrence by weeks, or by months and years with their place in the month."),
        Flaw.NTHS: gettext_lazy("For months and years say which weekdays of the month: first to fourth, or last; for weeks leave that out."),
        Flaw.MONTH_DAYS: gettext_lazy("Days of the month are from 1 to 31, or the last; only for months and years, and without weekdays."),
        Flaw.SHIFTING: gettext_lazy("The 29th, 30th and 31st stand alone, since shorter months have their last day instead."),
        Flaw.MONTHS: gettext_lazy("Months are from 1 to 12; a recurrence by years has one."),
        Flaw.TIMES: gettext_lazy("Enter a whole number from 1 to %(detail)s."),
        Flaw.UNTIL: gettext_lazy("Enter the last day as a date."),
        Flaw.ENDS: gettext_lazy("It ends by a date or after a number of times, not both."),
    }
)  # fmt: skip

NTH_WORDS = MappingProxyType(
    {
        1: pgettext_lazy("weekday of a month", "first"),
        2: pgettext_lazy("weekday of a month", "second"),
        3: pgettext_lazy("weekday of a month", "third"),
        4: pgettext_lazy("weekday of a month", "fourth"),
        LAST: pgettext_lazy("weekday of a month", "last"),
    }
)


def sentence_of(error: BadRule) -> str:
    """What is wrong with a rule, for people."""
    return str(FLAWS[error.flaw]) % {"detail": error.detail}


def rule_from(text: str, *, field: str = "rule") -> Rule:
    """The rule of a text; raises DomainError with what is wrong."""
    try:
        return parse(text)
    except BadRule as error:
        raise DomainError(sentence_of(error), field=field) from error


def recurrence_of(setup: Recurring, agreement: Agreement) -> Recurrence:
    """The setup's recurrence. A stored rule that cannot be read, which no verb writes, gives no dates."""
    rule = None
    if setup.rule:
        try:
            rule = parse(setup.rule)
        except BadRule as error:
            logger.error("unreadable_rule", setup=str(setup.pk), flaw=str(error))
    return Recurrence(
        start=setup.starts_date or agreement.start_date,
        rule=rule,
        extra=frozenset(setup.extra_dates),
        skipped=frozenset(setup.skipped_dates),
    )


def next_by_rule(setup: Recurring, agreement: Agreement, *, after: dt.date, count: int) -> list[dt.date]:
    """The next dates within the term, as the recurrence has them; what staff did to single dates is not asked."""
    first = max(after, agreement.start_date)
    return upcoming(recurrence_of(setup, agreement), first, agreement.end_date, count)


# Words.


def words(recurrence: Recurrence) -> str:
    """The recurrence as people say it: "Every 3 months on the 31st, or the last day; not on March 31, 2026"."""
    parts = []
    if recurrence.rule:
        parts.append(rule_words(recurrence.rule, recurrence.start))
        if recurrence.extra:
            parts.append(_("also on %(dates)s") % {"dates": named(recurrence.extra)})
    elif recurrence.extra:
        parts.append(_("On %(dates)s") % {"dates": named(recurrence.extra)})
    else:
        return _("No dates yet")
    if recurrence.skipped:
        parts.append(_("not on %(dates)s") % {"dates": named(recurrence.skipped)})
    return "; ".join(parts)


def rule_words(rule: Rule, start: dt.date) -> str:
    """The rule alone, with how it ends."""
    said = [f"{every_words(rule)} {days}" if (days := day_words(rule, start)) else every_words(rule)]
    if rule.months and rule.unit != Unit.YEAR:
        said.append(_("in %(months)s only") % {"months": listed(str(MONTHS[each]) for each in rule.months)})
    if rule.times:
        said.append(ngettext("%(count)d time", "%(count)d times", rule.times) % {"count": rule.times})
    if rule.until:
        said.append(_("until %(date)s") % {"date": day_text(rule.until)})
    return ", ".join(said)


def every_words(rule: Rule) -> str:
    """How often."""
    count = {"count": rule.every}
    match rule.unit:
        case Unit.DAY:
            return ngettext("Every day", "Every %(count)d days", rule.every) % count
        case Unit.WEEK:
            return ngettext("Every week", "Every %(count)d weeks", rule.every) % count
        case Unit.MONTH:
            return ngettext("Every month", "Every %(count)d months", rule.every) % count
        case _:
            return ngettext("Every year", "Every %(count)d years", rule.every) % count


def day_words(rule: Rule, start: dt.date) -> str:
    """On which days of the week, month or year."""
    if rule.unit == Unit.DAY:
        return ""
    if rule.unit == Unit.WEEK:
        weekdays = rule.weekdays or (start.weekday(),)
        # Translators: after "Every 2 weeks".
        return _("on %(weekdays)s") % {"weekdays": listed(str(WEEKDAYS[each]) for each in weekdays)}
    if rule.nths:
        return nth_words(rule, start)
    if rule.unit == Unit.YEAR:
        return year_day_words(rule, start)
    return month_day_words(rule, start)


def nth_words(rule: Rule, start: dt.date) -> str:
    """The first and third Monday, of a month where the rule is by years."""
    said = {
        "nths": listed(str(NTH_WORDS[each]) for each in rule.nths),
        "weekdays": listed(str(WEEKDAYS[each]) for each in rule.weekdays),
    }
    if rule.unit == Unit.MONTH:
        return _("on the %(nths)s %(weekdays)s") % said
    month = MONTHS[rule.months[0] if rule.months else start.month]
    return _("on the %(nths)s %(weekdays)s of %(month)s") % {**said, "month": month}


def month_day_words(rule: Rule, start: dt.date) -> str:
    """On the 1st and 15th; on the last day; on the 31st, or the last day."""
    days = rule.month_days or (start.day,)
    if days == (LAST,):
        return _("on the last day")
    numbered = listed(str(ordinal(each)) for each in days if each != LAST)
    if shifts(rule, start):
        return _("on the %(day)s, or the last day") % {"day": numbered}
    if LAST in days:
        return _("on the %(days)s and on the last day") % {"days": numbered}
    return _("on the %(days)s") % {"days": numbered}


def year_day_words(rule: Rule, start: dt.date) -> str:
    """On February 29, or the last day of the month."""
    month = rule.months[0] if rule.months else start.month
    days = rule.month_days or (start.day,)
    longest = monthrange(LEAP_YEAR, month)[1]
    if days == (LAST,) or days[0] > longest:
        return _("on the last day of %(month)s") % {"month": MONTHS[month]}
    spelled = [dt.date(LEAP_YEAR, month, min(each, longest)) for each in days if each != LAST]
    said = listed(date_format(each, "MONTH_DAY_FORMAT") for each in spelled)
    if LAST in days:
        return _("on %(days)s and on the last day of the month") % {"days": said}
    if shifts(rule, start):
        return _("on %(day)s, or the last day of the month") % {"day": said}
    return _("on %(days)s") % {"days": said}


def listed(items: Iterable[str]) -> str:
    """The items as the reader says a list: “Monday and Thursday”."""
    try:
        locale = Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return format_list(list(items), locale=locale)


def named(days: Iterable[dt.date]) -> str:
    """The first of these days, and how many more there are."""
    ordered = sorted(days)
    said = [day_text(each) for each in ordered[:NAMED_DATES]]
    if (more := len(ordered) - NAMED_DATES) > 0:
        said.append(ngettext("%(count)d more day", "%(count)d more days", more) % {"count": more})
    return listed(said)


def day_text(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")


def days_text(days: Sequence[dt.date]) -> list[str]:
    """Each of these days with its weekday: "Mon, March 3, 2027"."""
    return [f"{date_format(each, 'D')}, {day_text(each)}" for each in days]
