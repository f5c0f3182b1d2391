"""The calendar file, read by a parser of its own and by recurring-ical-events."""

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from notifications.calendar import Method, Person, Visit, calendar_file, visit_event

NEW_YORK = ZoneInfo("America/New_York")
VISIT = Visit(
    uid="7f3c@callout",
    sequence=3,
    starts=dt.datetime(2026, 11, 24, 14, 30, tzinfo=dt.UTC),
    ends=dt.datetime(2026, 11, 24, 16, 0, tzinfo=dt.UTC),
    zone=NEW_YORK,
    summary="Acme: Boiler service",
    location="1 Mill Street, New York",
    description="Ada comes to you.\nDetails: http://acme.localhost/",
    url="http://acme.localhost/appointments/1/",
    organizer=Person("Acme", "help@acme.example"),
    attendee=Person("Tom", "tom@example.com"),
)


def unfolded(content: bytes) -> list[str]:
    """The lines of the file by RFC 5545, 3.1: nothing of the library's."""
    text = content.decode()
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def unescaped(text: str) -> str:
    out, characters = [], iter(text)
    for each in characters:
        if each == "\\":
            following = next(characters)
            out.append("\n" if following in "nN" else following)
        else:
            assert each not in ",;", "a separator stands unescaped in a text"
            out.append(each)
    return "".join(out)


def value_of(lines: list[str], name: str) -> str:
    """The only line of the event with this name."""
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    [line] = [each for each in event if each.partition(":")[0].split(";")[0] == name]
    return line.partition(":")[2]


def test_the_event_as_a_program_of_its_own_reads_it():
    lines = unfolded(visit_event(VISIT))

    assert lines[0] == "BEGIN:VCALENDAR"
    assert "METHOD:REQUEST" in lines
    assert "DTSTART;TZID=America/New_York:20261124T093000" in lines
    assert "DTEND;TZID=America/New_York:20261124T110000" in lines
    assert value_of(lines, "UID") == "7f3c@callout"
    assert value_of(lines, "SEQUENCE") == "3"
    assert value_of(lines, "STATUS") == "CONFIRMED"
    assert unescaped(value_of(lines, "DESCRIPTION")) == VISIT.description
    assert unescaped(value_of(lines, "LOCATION")) == VISIT.location
    assert "BEGIN:VTIMEZONE" in lines
    assert "TZID:America/New_York" in lines


def test_a_cancelation_names_the_same_event():
    lines = unfolded(visit_event(dataclasses.replace(VISIT, sequence=4), Method.CANCEL))

    assert "METHOD:CANCEL" in lines
    assert value_of(lines, "STATUS") == "CANCELLED"
    assert (value_of(lines, "UID"), value_of(lines, "SEQUENCE")) == ("7f3c@callout", "4")


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Asia/Dubai", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("month", [3, 7, 11])
def test_another_program_finds_the_visit_at_its_instant(zone, month):
    starts = dt.datetime(2027, month, 28, 9, 30, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    visit = dataclasses.replace(VISIT, zone=ZoneInfo(zone), starts=starts, ends=starts + dt.timedelta(hours=1))
    calendar = icalendar.Calendar.from_ical(visit_event(visit))

    [found] = recurring_ical_events.of(calendar).between(starts - dt.timedelta(days=1), starts + dt.timedelta(days=1))

    assert found["DTSTART"].dt.astimezone(dt.UTC) == starts
    assert found["DTEND"].dt.astimezone(dt.UTC) == starts + dt.timedelta(hours=1)


def rules_of(content: bytes) -> list[tuple[dt.datetime, dt.timedelta, dt.timedelta]]:
    """(onset as wall time, offset before, offset after) of each rule in the file's zone."""
    rules, now = [], {}
    for line in unfolded(content):
        name, _, value = line.partition(":")
        if line in ("BEGIN:STANDARD", "BEGIN:DAYLIGHT"):
            now = {}
        elif line in ("END:STANDARD", "END:DAYLIGHT"):
            rules.append((now["DTSTART"], now["TZOFFSETFROM"], now["TZOFFSETTO"]))
        elif name == "DTSTART":
            now[name] = dt.datetime.strptime(value, "%Y%m%dT%H%M%S")
        elif name.startswith("TZOFFSET"):
            sign = -1 if value[0] == "-" else 1
            now[name] = sign * dt.timedelta(hours=int(value[1:3]), minutes=int(value[3:5]))
    return sorted(rules)


def test_the_zone_s_own_rules_go_with_the_file():
    hours = dt.timedelta(hours=1)
    assert rules_of(visit_event(VISIT))[1:] == [
        (dt.datetime(2026, 3, 8, 2), -5 * hours, -4 * hours),
        (dt.datetime(2026, 11, 1, 2), -4 * hours, -5 * hours),
        (dt.datetime(2027, 3, 14, 2), -5 * hours, -4 * hours),
        (dt.datetime(2027, 11, 7, 2), -4 * hours, -5 * hours),
    ]


@pytest.mark.parametrize(
    "zone",
    [
        "America/New_York",
        "Europe/Dublin",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "America/Santiago",
    ],
)
def test_the_rules_give_the_zone_s_offset_at_every_hour(zone):
    visit = dataclasses.replace(VISIT, zone=ZoneInfo(zone))
    rules = [(onset - before, after) for onset, before, after in rules_of(visit_event(visit))]
    first = VISIT.starts.replace(minute=0, tzinfo=None) - dt.timedelta(days=364)

    for hour in range(2 * 364 * 24):
        instant = first + dt.timedelta(hours=hour)
        offset = [after for onset, after in rules if onset <= instant][-1]
        assert instant.replace(tzinfo=dt.UTC).astimezone(visit.zone).utcoffset() == offset


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_no_text_escapes_from_its_line(text):
    visit = dataclasses.replace(
        VISIT, summary=text, location=text, description=text, attendee=Person(text, "tom@example.com")
    )
    lines = unfolded(visit_event(visit))

    for name in ("UID", "DTSTART", "ORGANIZER", "ATTENDEE", "STATUS"):
        value_of(lines, name)
    assert sum(line.startswith("BEGIN:VEVENT") for line in lines) == 1


@pytest.mark.parametrize(
    "text", ["a\r\nATTENDEE:mailto:evil@example.com", "a\nEND:VEVENT", 'a";X="b', "a\x00b", "a;b,c:d\\e"]
)
def test_hostile_names_add_nothing(text):
    lines = unfolded(
        visit_event(dataclasses.replace(VISIT, summary=text, location=text, attendee=Person(text, "t@e.example")))
    )

    assert value_of(lines, "ATTENDEE").endswith("mailto:t@e.example")
    assert "\x00" not in "".join(lines)


def test_the_file_of_a_mail_says_its_method():
    file = calendar_file(VISIT, Method.CANCEL)

    assert (file.name, file.media_type) == ("visit.ics", "text/calendar; method=CANCEL")
