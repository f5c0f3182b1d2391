"""Instants in words: the site's zone always, the viewer's beside it where it differs (UX-4)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.web import times

WINTER = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
SUMMER = datetime(2026, 7, 7, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "name"),
    [
        (WINTER, "America/New_York", "EST"),
        (SUMMER, "America/New_York", "EDT"),
        (WINTER, "Asia/Dubai", "GMT+4"),
        (WINTER, "Asia/Kathmandu", "GMT+5:45"),
        (WINTER, "America/Sao_Paulo", "GMT-3"),
        (WINTER, "UTC", "UTC"),
    ],
)
def test_zones_have_short_names(instant, zone, name):
    assert times.zone_name(instant, zone) == name


def test_the_site_is_always_named():
    when = times.describe(WINTER, "America/New_York", ends=WINTER + timedelta(hours=2))
    assert when.site == "Tuesday, November 24, 2026, 2:00 PM – 4:00 PM EST"
    assert when.viewer == ""
    assert when.iso == "2026-11-24T19:00:00+00:00"


def test_a_viewer_elsewhere_reads_the_own_hour_too():
    when = times.describe(WINTER, "America/New_York", viewer_zone="Europe/Berlin")
    assert when.viewer == "8:00 PM CET for you (Berlin)"


def test_a_viewer_on_another_day_reads_the_day_too():
    when = times.describe(WINTER, "America/New_York", viewer_zone="Asia/Tokyo")
    assert when.viewer == "Wednesday, November 25, 2026, 4:00 AM JST for you (Tokyo)"


def test_a_viewer_with_the_same_clock_reads_one_time():
    assert times.describe(WINTER, "America/New_York", viewer_zone="America/Detroit").viewer == ""


def test_hours_are_written_as_the_language_does():
    with translation.override("de"):
        assert times.format_time(WINTER, "Europe/Berlin") == "20:00"
        assert times.format_date(WINTER, "Europe/Berlin").startswith("Dienstag, 24. November 2026")


def test_a_british_company_writes_the_day_first_and_hours_to_24():
    with translation.override("en-gb"):
        when = times.describe(WINTER, "Europe/London")
    assert when.site == "Tuesday, 24 November 2026, 19:00 GMT"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "1 minute"),
        (45, "45 minutes"),
        (60, "1 hour"),
        (90, "1 hour 30 minutes"),
        (480, "8 hours"),
    ],
)
def test_a_duration_is_said_in_hours_and_minutes(minutes, words):
    assert times.format_duration(minutes) == words


def test_the_tag_gives_a_machine_its_instant_and_escapes():
    text = Template("{% load times %}{% local_time at zone %}").render(
        Context({"at": WINTER, "zone": "America/New_York", "viewer_zone": "Europe/Berlin"})
    )
    assert text.startswith('<time datetime="2026-11-24T19:00:00+00:00">Tuesday, November 24, 2026, 2:00 PM EST</time>')
    assert "8:00 PM CET for you (Berlin)" in text
