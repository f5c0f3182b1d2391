"""Feedback through the page: once a visit, by those whose visit it is, in their language (SCH-9)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.models import Contact
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.kit.errors import DomainError, NotAllowed
from portal.tenancy.scope import tenant_scope
from scheduling.domain.feedback import give_feedback
from scheduling.enums import BookingStatus, QuestionKind
from scheduling.errors import FeedbackGiven
from scheduling.models import Booking, Feedback, SurveyQuestion
from tests.factories.accounts import make_approver, make_reviewer
from tests.factories.fieldservice import make_incident_type, make_work_order
from tests.factories.scheduling import make_booking, make_feedback, make_resource, make_settings, make_survey

pytestmark = pytest.mark.django_db

CHOICE = {"text": "How did you book?", "kind": QuestionKind.CHOICE, "choices": "Online\nBy telephone\n"}
YES_NO = {"text": "Were we on time?", "kind": QuestionKind.YES_NO, "is_required": True}
OWN_WORDS = {"text": "What was missing?", "kind": QuestionKind.TEXT}
KINDNESS = {"text": "How friendly were we?", "kind": QuestionKind.RATING}


@pytest.fixture
def done(tenant, customer):
    """A completed visit of the customer."""
    with tenant_scope(tenant):
        return visit(customer)


def visit(customer, **fields):
    service = make_incident_type(display_name="Boiler service")
    values = {"status": BookingStatus.COMPLETED, "starts_at": clock.now() - dt.timedelta(days=1)}
    order = make_work_order(account=customer.account, incident_type=service)
    return make_booking(
        work_order=order,
        account=customer.account,
        contact=customer,
        incident_type=service,
        resource=make_resource(name="Maria Lopez"),
        **{**values, **fields},
    )


def page_of(booking):
    return f"/appointments/{booking.pk}/feedback/"


def named(tenant, data):
    """The fields, with those of the survey's questions by their places: question-1 becomes question-ID."""
    with tenant_scope(tenant):
        ids = [
            f"question-{each}"
            for each in SurveyQuestion.objects.order_by("position", "pk").values_list("pk", flat=True)
        ]
    places = {f"question-{place}": name for place, name in enumerate(ids, start=1)}
    return {places.get(name, name): value for name, value in data.items()}


def given(tenant):
    with tenant_scope(tenant):
        return list(Feedback.objects.prefetch_related("answers").order_by("pk"))


def test_stars_answers_and_comments_are_kept_and_shown(client, tenant, done):
    with tenant_scope(tenant):
        make_survey(YES_NO, CHOICE, OWN_WORDS, KINDNESS, introduction="Two minutes, please.", thanks="Thanks a lot!")
    form = client.get(page_of(done)).text
    for words in ("Two minutes, please.", "Maria Lopez", "3 of 5:", "Were we on time?", "By telephone"):
        assert words in form
    data = {
        "rating": "4",
        "question-1": "yes",
        "question-2": "By telephone",
        "question-3": "A receipt",
        "question-4": "5",
        "comments": "Clean work <b>",
    }
    sent = client.post(page_of(done), named(tenant, data), follow=True)
    for words in (
        "Thanks a lot!",
        "4 of 5 stars",
        "Very good",
        "Yes",
        "By telephone",
        "A receipt",
        "Clean work &lt;b&gt;",
    ):
        assert words in sent.text
    [feedback] = given(tenant)
    assert (feedback.rating, feedback.contact_id, feedback.comments) == (4, done.contact_id, "Clean work <b>")
    assert {each.question_text: each.text for each in feedback.answers.all()} == {
        "Were we on time?": "yes",
        "How did you book?": "By telephone",
        "What was missing?": "A receipt",
        "How friendly were we?": "5",
    }
    with tenant_scope(tenant):
        assert AuditEntry.objects.get(action="feedback.give").after == {"rating": 4}


def test_answers_stay_with_their_questions_when_staff_change_the_order(client, tenant, done):
    with tenant_scope(tenant):
        make_survey(YES_NO, KINDNESS)
    data = named(tenant, {"rating": "4", "question-1": "yes", "question-2": "5"})
    with tenant_scope(tenant):
        SurveyQuestion.objects.filter(text="Were we on time?").update(position=9)
    client.post(page_of(done), data)
    [feedback] = given(tenant)
    assert {each.question_text: each.text for each in feedback.answers.all()} == {
        "Were we on time?": "yes",
        "How friendly were we?": "5",
    }


def test_a_second_try_is_told_kindly_and_changes_nothing(client, tenant, done):
    for rating in ("5", "1"):
        answer = client.post(page_of(done), {"rating": rating}, follow=True)
        assert answer.status_code == 200
    assert "This visit was rated already." in answer.text
    assert [each.rating for each in given(tenant)] == [5]


def test_two_at_once_keep_one(tenant, done, customer):
    """What the page saw is looked at again under the lock, and the database has the last word."""
    with tenant_scope(tenant):
        give_feedback(done, customer, rating=5)
        with pytest.raises(FeedbackGiven):
            give_feedback(done, customer, rating=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_feedback(booking=done)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose from one to five stars."),
        ({"rating": "6", "question-1": "yes"}, "Choose from one to five stars."),
        ({"rating": "4"}, "Please answer this."),
        ({"rating": "4", "question-1": "perhaps"}, "Choose one of the answers."),
        ({"rating": "4", "question-1": "yes", "comments": "x" * 2001}, "at most 2000"),
    ],
)
def test_what_is_missing_or_odd_is_said_and_nothing_is_kept(client, tenant, done, data, words):
    with tenant_scope(tenant):
        make_survey(YES_NO)
    answer = client.post(page_of(done), named(tenant, data))
    assert answer.status_code == 422
    assert words in answer.text
    assert given(tenant) == []


def test_the_end_of_a_line_counts_as_one_sign(client, tenant, done):
    """A browser sends two; the field beside it counts one, and so do we."""
    client.post(page_of(done), {"rating": "5", "comments": "x\r\n" * 999 + "xx"})
    [said] = given(tenant)
    assert said.comments == "x\n" * 999 + "xx"


def test_the_domain_trusts_no_form(tenant, done, customer):
    with tenant_scope(tenant):
        [question] = make_survey(YES_NO).questions.all()
        for rating, answers in ((0, {question.pk: "yes"}), (4, {}), (4, {question.pk: "maybe"})):
            with pytest.raises(DomainError):
                give_feedback(done, customer, rating=rating, answers=answers)
        assert not Feedback.objects.exists()


@pytest.mark.parametrize("status", [each for each in BookingStatus if each not in {"completed", "held"}])
def test_only_completed_visits_are_rated(client, tenant, customer, status):
    with tenant_scope(tenant):
        booking = visit(customer, status=status)
        with pytest.raises(NotAllowed):
            give_feedback(booking, customer, rating=5)
    assert client.get(page_of(booking)).status_code == 403
    assert client.post(page_of(booking), {"rating": "5"}).status_code == 403
    assert given(tenant) == []


def test_without_surveys_nothing_is_asked(client, tenant, done):
    with tenant_scope(tenant):
        make_settings(surveys_are_on=False)
    assert client.post(page_of(done), {"rating": "5"}).status_code == 403
    assert "Give feedback" not in client.get("/?tab=past").text


def test_a_colleague_who_only_reads_rates_own_visits_alone(client_for, tenant, customer, done):
    with tenant_scope(tenant):
        reviewer = make_reviewer(account=customer.account)
        own = visit(reviewer)
    client = client_for(reviewer.user, tenant)
    refused = client.get(page_of(done))
    assert refused.status_code == 403
    assert "rates it" in refused.text
    assert client.post(page_of(own), {"rating": "3"}).status_code == 302
    assert [each.booking_id for each in given(tenant)] == [own.pk]


def test_foreign_and_hidden_visits_are_not_there(client, tenant, other_tenant, customer):
    with tenant_scope(tenant):
        rows = [visit(make_approver()), visit(customer, is_exposed=False)]
    with tenant_scope(other_tenant):
        rows.append(visit(make_approver()))
    for booking in rows:
        assert client.get(page_of(booking)).status_code == 404
        assert client.post(page_of(booking), {"rating": "5"}).status_code == 404
    assert given(tenant) == []


@pytest.mark.parametrize("case", [("de", "Auf Deutsch"), ("fr", "For all others")])
def test_the_survey_speaks_the_contact_s_language(client, tenant, done, customer, case):
    language, words = case
    with tenant_scope(tenant):
        make_survey("Auf Deutsch", language="de")
        make_survey("For all others")
        make_survey("Out of use", language="fr", is_active=False)
        Contact.objects.filter(pk=customer.pk).update(language=language)
    page = client.get(page_of(done)).text
    shown = [each for each in ("Auf Deutsch", "For all others", "Out of use") if each in page]
    assert shown == [words]


def test_past_cards_ask_and_then_remember(client, tenant, done):
    for path in ("/?tab=past", f"/appointments/{done.pk}/"):
        assert f'href="{page_of(done)}"' in client.get(path).text
        assert "Give feedback" in client.get(path).text
    client.post(page_of(done), {"rating": "5"})
    page = client.get("/?tab=past").text
    assert "Your feedback" in page
    assert "Give feedback" not in page


def test_what_was_given_stays_readable_when_asking_ends(client, tenant, done):
    client.post(page_of(done), {"rating": "2"})
    with tenant_scope(tenant):
        make_settings(surveys_are_on=False)
        Booking.objects.update(status=BookingStatus.FOLLOW_UP)
    assert "2 of 5 stars" in client.get(page_of(done)).text


@pytest.mark.parametrize("count", [1, 3])
def test_past_visits_cost_the_same_however_many(client, tenant, customer, django_assert_max_num_queries, count):
    with tenant_scope(tenant):
        for number in range(count):
            visit(customer, starts_at=clock.now() - dt.timedelta(days=number + 1))
    with django_assert_max_num_queries(13):
        client.get("/?tab=past")
