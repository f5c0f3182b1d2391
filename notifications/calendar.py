"""Calendar files that put a visit into the recipient's calendar, move it and take it out again (NOT-3, RFC 5545, RFC 5546)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

from notifications.registry import Attachment
from portal.kit import clock

PRODUCT = "-//Callout//Service visits//EN"
YEAR, DAY, SECOND = timedelta(days=366), timedelta(days=1), timedelta(seconds=1)


class Method(StrEnum):
    """What the file asks of the calendar."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Person:
    """A party of the event."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as an event. The same `uid` with a higher `sequence` replaces what the calendar holds."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    zone: ZoneInfo
    summary: str
    location: str
    description: str
    url: str
    organizer: Person
    attendee: Person


def visit_event(visit: Visit, method: Method = Method.REQUEST) -> bytes:
    """The calendar file, with the zone's rules around the visit; texts are escaped by the library."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if visit.zone.key != "UTC":
        calendar.add_component(time_zone_of(visit))
    calendar.add_component(event_of(visit, method))
    return calendar.to_ical()


def feed(name: str, visits: Iterable[tuple[Visit, Method, datetime]]) -> bytes:
    """A calendar to subscribe to: each visit with how it stands and since when it is known. The same visits, the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval;value=duration", "PT1H")
    events, spans = [], {}
    for visit, method, stamp in visits:
        first, last = spans.get(visit.zone.key, (visit.starts, visit.ends))
        spans[visit.zone.key] = min(first, visit.starts), max(last, visit.ends)
        events.append(event_of(visit, method, stamp=stamp, names_people=False))
    for key, (first, last) in sorted(spans.items()):
        if key != "UTC":
            calendar.add_component(zone_between(ZoneInfo(key), first, last))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


def event_of(visit: Visit, method: Method, *, stamp: datetime | None = None, names_people: bool = True) -> Event:
    """The event inside the file. One that is only published names nobody (RFC 5546)."""
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", (stamp or clock.now()).replace(microsecond=0))
    event.add("dtstart", visit.starts.astimezone(visit.zone).replace(microsecond=0))
    event.add("dtend", visit.ends.astimezone(visit.zone).replace(microsecond=0))
    event.add("summary", one_line(visit.summary))
    event.add("location", one_line(visit.location))
    event.add("description", visit.description)
    event.add("url", visit.url)
    event.add("status", "CANCELLED" if method == Method.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if not names_people:
        return event
    event.add("organizer", party(visit.organizer), encode=False)
    attendee = party(visit.attendee)
    attendee.params.update({"PARTSTAT": "ACCEPTED", "RSVP": "FALSE", "ROLE": "REQ-PARTICIPANT"})
    event.add("attendee", attendee, encode=False)
    return event


def time_zone_of(visit: Visit) -> Timezone:
    """The zone's offsets around the visit."""
    return zone_between(visit.zone, visit.starts, visit.ends)


def zone_between(zone: ZoneInfo, starts: datetime, ends: datetime) -> Timezone:
    """The zone's offsets from a year before to a year after; each begins at the wall time before the change."""
    component = Timezone()
    component.add("tzid", zone.key)
    first, last = starts - YEAR, ends + YEAR
    component.add_component(observance(first, first, zone))
    for before, after in changes(first, last, zone):
        component.add_component(observance(before, after, zone))
    return component


def observance(before: datetime, after: datetime, zone: ZoneInfo) -> TimezoneDaylight | TimezoneStandard:
    """The offset that holds from the instant `after` on; `before` is the last instant with the former one."""
    earlier, later = before.astimezone(zone), after.astimezone(zone)
    part = TimezoneDaylight() if later.dst() else TimezoneStandard()
    part.add("dtstart", (after.astimezone(UTC) + earlier.utcoffset()).replace(tzinfo=None, microsecond=0))
    part.add("tzoffsetfrom", earlier.utcoffset())
    part.add("tzoffsetto", later.utcoffset())
    part.add("tzname", later.tzname())
    return part


def changes(first: datetime, last: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Each change of offset between two instants: the last second before and the first second after it."""
    before = first.astimezone(UTC).replace(microsecond=0)
    while before < last:
        after = before + DAY
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield narrowed(before, after, zone)
        before = after


def narrowed(before: datetime, after: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The second at which the offset changes between two instants."""
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // SECOND // 2)
        if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
            before = middle
        else:
            after = middle
    return before, after


def party(person: Person) -> vCalAddress:
    """The person as an address of the calendar; quotes may not stand in a parameter."""
    address = vCalAddress(f"mailto:{person.address}")
    address.params["CN"] = one_line(person.name).replace('"', "'")
    return address


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def calendar_file(visit: Visit, method: Method = Method.REQUEST) -> Attachment:
    """The calendar file as part of a mail; the method stands in its type too, as mail programs want it."""
    return Attachment("visit.ics", visit_event(visit, method), f"text/calendar; method={method}")
