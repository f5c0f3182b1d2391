"""The calendar and the list of times as their components show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.kit import clock
from portal.web.month import MonthLinks, build_month, first_weekday_of, last_of, month_after
from portal.web.times import format_date, format_hours, format_instant, place_of, zone_name
from scheduling.domain.booking import Slot
from scheduling.domain.offers import Month, Seeker, Shown, free_days
from scheduling.domain.search import Search
from scheduling.forms import slot_text
from scheduling.views.flow import Draft

NOON, EVENING = 12, 17


def month_bounds(draft: Draft) -> tuple[date, date]:
    """The first and last day of the month that is shown."""
    now, zone = clock.now(), draft.visit.zone
    opens = draft.rules.first_day(zone, now)
    chosen = draft.slot.starts.astimezone(zone).date() if draft.slot else draft.day
    wanted = draft.month or chosen or opens
    earliest, latest = opens.replace(day=1), draft.rules.last_day(zone, now).replace(day=1)
    first = min(max(wanted.replace(day=1), earliest), latest)
    return first, last_of(first)


@dataclass
class Planner:
    """What the page shows of a search."""

    draft: Draft
    first: date
    month: Month
    day: date | None
    search: Search
    times: list[Shown]

    @cached_property
    def calendar(self):
        earlier, later = month_after(self.first, -1), month_after(self.first)
        links = MonthLinks(
            day=lambda each: self.draft.url(day=each.isoformat()),
            previous=self.month_url(earlier) if last_of(earlier) >= self.month.first else "",
            following=self.month_url(later) if later <= self.month.last else "",
        )
        return build_month(
            self.first,
            self.month.free,
            links=links,
            today=clock.now().astimezone(self.draft.visit.zone).date(),
            selected=self.day,
            reasons=self.reasons(),
            first_weekday=first_weekday_of(get_language() or "en"),
        )

    def month_url(self, first: date) -> str:
        return self.draft.url(month=f"{first:%Y-%m}")

    def reasons(self) -> dict[date, str]:
        """Why days outside notice and horizon cannot be booked."""
        found = {}
        day, end = self.first, last_of(self.first)
        while day <= end:
            if day < self.month.first:
                found[day] = _("Too soon")
            elif day > self.month.last:
                found[day] = _("Not open yet")
            day += timedelta(days=1)
        return found

    def offers(self, slot: Slot) -> bool:
        """Whether the slot is among the times of its day, or is kept for the contact."""
        return any(each.slot == slot for each in self.times)

    @property
    def groups(self) -> list[dict]:
        return slot_groups(self.draft, self.times)

    @property
    def zone(self) -> str:
        """Whose clock the times are by; both names on a day on which it changes."""
        zone = self.draft.visit.zone
        names = zone_names(self.times, zone) or [zone_name(self.search.now, zone)]
        # Translators: two short names of a time zone, on the day on which its clock changes.
        name = (
            names[0] if len(names) == 1 else _("%(before)s, then %(after)s") % {"before": names[0], "after": names[-1]}
        )
        return _("Times at the site, %(place)s (%(name)s)") % {"place": place_of(zone), "name": name}

    @property
    def uses_windows(self) -> bool:
        return self.search.rules.uses_windows

    @property
    def notice(self) -> str:
        return str(self.search.legs.notice)

    @property
    def chosen_value(self) -> str:
        return slot_text(self.draft.slot)

    @property
    def chosen_label(self) -> str:
        """The chosen time in words."""
        slot, zone = self.draft.slot, self.draft.visit.zone
        ends = slot.ends or slot.starts + timedelta(seconds=self.draft.visit.duration)
        return format_instant(slot.starts, zone, ends=ends)

    @property
    def back_url(self) -> str:
        """The times of the same day, without the chosen one."""
        return self.draft.url(day=self.day.isoformat() if self.day else "")

    @property
    def day_label(self) -> str:
        if self.times:
            return format_date(self.times[0].slot.starts, self.draft.visit.zone)
        return ""


def plan(draft: Draft, seeker: Seeker) -> Planner:
    """The calendar and the times of the chosen day, or of the first free one."""
    first, last = month_bounds(draft)
    month = free_days(draft.visit, first=first, last=last, seeker=seeker, rules=draft.rules)
    day = chosen_day(draft, month.free)
    if day is None or not month.first <= day <= month.last:
        return Planner(draft, first, month, day, month.search, [])
    return Planner(draft, first, month, day, *month.times_on(day))


def chosen_day(draft: Draft, free: frozenset[date]) -> date | None:
    """The day whose times are shown."""
    if draft.slot is not None:
        return draft.slot.starts.astimezone(draft.visit.zone).date()
    return draft.day or min(free, default=None)


def slot_groups(draft: Draft, times: Iterable[Shown], *, by_day: bool = False) -> list[dict]:
    """Times as radio buttons, grouped by part of the day, or by day."""
    groups: dict[str, list[dict]] = {}
    zone = draft.visit.zone
    times = list(times)
    # Where the clock changes, an hour may come twice: then each time names its own.
    is_named = len(zone_names(times, zone)) > 1
    for each in times:
        local = each.slot.starts.astimezone(zone)
        label = format_date(each.slot.starts, zone) if by_day else part_of_day(local.hour)
        groups.setdefault(label, []).append(
            {
                "value": slot_text(each.slot),
                "label": time_label(each, zone, is_named=is_named),
                "detail": each.window_name,
                "is_selected": draft.slot == each.slot,
            }
        )
    return [{"label": label, "slots": slots} for label, slots in groups.items()]


def zone_names(times: Iterable[Shown], zone) -> list[str]:
    """The short names of the zone at these times, each once: EST, or EST and EDT where the clock changes."""
    return list(dict.fromkeys(zone_name(each.slot.starts, zone) for each in times))


def time_label(shown: Shown, zone, *, is_named: bool = False) -> str:
    """An exact time, or a window from–to; `is_named`: with the zone's short name."""
    hours = format_hours(shown.slot.starts, zone, shown.slot.ends)
    return f"{hours} {zone_name(shown.slot.starts, zone)}" if is_named else hours


def part_of_day(hour: int) -> str:
    if hour < NOON:
        return _("Morning")
    return _("Afternoon") if hour < EVENING else _("Evening")
