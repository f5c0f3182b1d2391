"""What a list says once is said in each language, and its links keep what they do not change (FS-7)."""

import datetime as dt

import django_filters
import pytest
from django.db import models
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy

from portal.web.listing import Listing, choices_of, label_of
from portal.web.times import short_date


class Answer(models.TextChoices):
    YES = "yes", gettext_lazy("Yes")
    NO = "no", gettext_lazy("No")


class AnswerFilter(django_filters.FilterSet):
    fixed = django_filters.ChoiceFilter(choices=Answer.choices, empty_label=None)
    asked = django_filters.ChoiceFilter(choices=lambda: [(str(number), "x") for number in range(len(asked))])


asked: list[int] = []


def test_labels_follow_the_language_of_the_reader():
    for language, expected in (("en", "Yes"), ("de", "Ja"), ("en", "Yes")):
        with translation.override(language):
            assert label_of(Answer, "yes") == expected
            assert label_of(Answer, Answer.YES) == expected
            assert choices_of(AnswerFilter.base_filters["fixed"])[0] == ("yes", expected)


def test_choices_that_are_looked_up_are_looked_up_each_time():
    found = choices_of(AnswerFilter.base_filters["asked"])
    asked.append(1)
    assert len(choices_of(AnswerFilter.base_filters["asked"])) == len(found) + 1


@pytest.mark.parametrize(("language", "month"), [("en", "Nov"), ("de", "November"), ("fr", "novembre")])
def test_a_day_in_a_list_is_the_day_at_the_site(language, month):
    midnight = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)
    with translation.override(language):
        there = short_date(midnight, "America/New_York")
        assert "24" in there
        assert month in there
        assert "25" in short_date(midnight, "Europe/Berlin")


@pytest.mark.parametrize(
    ("asked_for", "changes", "expected"),
    [
        ("", {}, "?"),
        ("tab=all&page=3&after=x&export=csv", {}, "?tab=all"),
        ("tab=all&q=a+b", {"tab": "open"}, "?tab=open&q=a+b"),
        ("tab=all&q=a+b", {"q": ""}, "?tab=all"),
        ("q=%C3%A9%26x", {"sort": "-number"}, "?q=%C3%A9%26x&sort=-number"),
        ("kind=a&kind=b", {"sort": "x"}, "?kind=a&kind=b&sort=x"),
        ("kind=a&kind=b", {"kind": "c"}, "?kind=c"),
    ],
)
def test_links_keep_what_they_do_not_change(asked_for, changes, expected):
    assert Listing(QueryDict(asked_for), None).link(**changes) == expected
