"""Staff read what customers said, and see the ratings over time (SCH-9)."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.enums import BookingStatus
from scheduling.models import Feedback, FeedbackAnswer
from scheduling.queries.feedback import WEEKS, ratings
from tests.admin.test_pages import INLINE_CODE
from tests.factories.scheduling import make_booking, make_feedback, make_resource, make_survey

LIST = reverse("admin:scheduling_feedback_changelist")
PICTURE = reverse("admin:scheduling_feedback_ratings")
WEEK = dt.timedelta(weeks=1)


def rated(rating, *, resource=None, weeks_ago=0, **fields):
    """Feedback on a visit of this technician."""
    days_ago = 2 + Feedback.objects.count()
    booking = make_booking(
        status=BookingStatus.COMPLETED,
        starts_at=clock.now() - dt.timedelta(days=days_ago),
        resource=resource or make_resource(),
    )
    return make_feedback(booking=booking, rating=rating, created_at=clock.now() - weeks_ago * WEEK, **fields)


@pytest.fixture
def some(tenant):
    with tenant_scope(tenant):
        maria, omar = make_resource(name="Maria Lopez"), make_resource(name="Omar Haddad")
        rows = [
            rated(5, resource=maria, comments="Splendid"),
            rated(4, resource=maria, weeks_ago=3, comments="Fine"),
            rated(2, resource=omar, weeks_ago=3, comments="Came late"),
        ]
        FeedbackAnswer.objects.create(feedback=rows[0], question_text="On time?", text="yes")
    return rows


def test_the_list_is_filtered_by_rating_technician_and_service(browser, some):
    page = browser.get(LIST).text
    for words in ("Splendid", "Fine", "Came late", "★★★★★ 5 of 5"):
        assert words in page
    assert "Splendid" not in browser.get(LIST, {"rating": 2}).text
    only = browser.get(LIST, {"technician": some[2].booking.resource_id}).text
    assert ("Came late" in only, "Splendid" in only) == (True, False)
    only = browser.get(LIST, {"service": some[1].booking.incident_type_id}).text
    assert ("Fine" in only, "Splendid" in only) == (True, False)


def test_the_answers_stand_on_the_page_of_the_feedback(browser, some):
    page = browser.get(reverse("admin:scheduling_feedback_change", args=[some[0].pk])).text
    for words in ("On time?", "Splendid", "Maria Lopez"):
        assert words in page


def test_the_picture_has_a_bar_a_week_and_a_line_a_technician(browser, some):
    page = browser.get(PICTURE)
    assert len(re.findall(r"<rect ", page.text)) == WEEKS
    heights = [each.height for each in page.context["bars"]]
    assert (heights[-1], heights[-4], sum(1 for each in heights if each)) == (150, 90, 2)
    assert [(each.label, each.count, each.average) for each in page.context["ratings"].technicians] == [
        ("Maria Lopez", 2, 4.5),
        ("Omar Haddad", 1, 2.0),
    ]
    assert "67 %" in page.text
    assert not INLINE_CODE.search(page.text)


def test_nothing_of_another_company_counts(browser, tenant, other_tenant):
    with tenant_scope(other_tenant):
        rated(1)
    assert "No customer has rated a visit" in browser.get(PICTURE).text
    with tenant_scope(tenant):
        assert ratings(tenant.zone).count == 0


def test_the_picture_costs_the_same_however_many_ratings(browser, tenant, some):
    browser.get(PICTURE)
    with CaptureQueriesContext(connection) as few:
        browser.get(PICTURE)
    with tenant_scope(tenant):
        for number in range(4):
            rated(3, weeks_ago=number)
    with CaptureQueriesContext(connection) as more:
        browser.get(PICTURE)
    assert len(few) == len(more)


def test_a_survey_is_previewed_as_customers_read_it(browser, tenant):
    with tenant_scope(tenant):
        survey = make_survey("Were we kind?", introduction="Two minutes, please.")
    page = browser.get(reverse("admin:scheduling_survey_preview", args=[survey.pk])).text
    for words in ("Were we kind?", "Two minutes, please.", "disabled"):
        assert words in page
    assert "Preview" in browser.get(reverse("admin:scheduling_survey_change", args=[survey.pk])).text


def test_no_language_is_said_in_words(browser, tenant):
    page = browser.get(reverse("admin:scheduling_survey_add")).text
    assert '<option value="" selected>Every language without one of its own</option>' in page


def test_one_survey_a_language_is_in_use(browser, tenant):
    with tenant_scope(tenant):
        make_survey(language="de")
    data = {"name": "Zweite", "language": "de", "is_active": "on"}
    page = browser.post(reverse("admin:scheduling_survey_add"), data | empty_inline())
    assert page.status_code == 200
    assert "Another survey is in use for this language." in page.text


def empty_inline():
    return {f"questions-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
