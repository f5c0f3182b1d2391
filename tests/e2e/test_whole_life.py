"""The whole life of a visit in real browsers, on a phone and on a desktop: booked, reminded of, moved, driven to, done, rated."""

import datetime as dt
import email
import re
import time
from email import policy

import pytest
import time_machine

from notifications.models import OutboxMessage
from notifications.tasks import sweep_all
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.domain.reminders import ship_reminders
from scheduling.enums import BookingStatus, QuestionKind
from scheduling.models import BookableResource, Booking, Feedback, WorkingHours
from tests.e2e.conftest import NARROW, WIDE, geo, phone_of, picture, sign_in, with_password
from tests.e2e.tracks import OWN
from tests.factories.accounts import make_user
from tests.factories.scheduling import make_settings, make_survey
from tests.kit.stack import PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SIZES = {"phone": NARROW, "desktop": WIDE}
DONE, FOR_OFFICE = "Changed the valve and bled the radiators.", "The pump is loud; look at it next year."


@pytest.fixture
def technician(committed, customer):
    """Maria with a login, at work at every hour; customers may change until the last minute and are asked how it was."""
    with tenant_scope(committed):
        make_settings(
            notice_minutes=0,
            cut_off_minutes=0,
            day_starts=dt.time(0),
            day_ends=dt.time(23, 59),
            quiet_from=None,
            quiet_until=None,
        )
        ship_reminders()
        make_survey({"text": "Were we on time?", "kind": QuestionKind.TEXT})
        maria = BookableResource.objects.get(name="Maria Lopez")
        maria.user = with_password(make_user())
        maria.save()
        WorkingHours.objects.filter(resource=maria).update(starts=dt.time(0), ends=dt.time(23, 59))
    return maria.user


@pytest.mark.parametrize("size", list(SIZES))
def test_a_visit_from_booking_to_feedback(stack, committed, customer, technician, *, browser, page, settings, size):
    page.set_viewport_size(SIZES[size])
    sign_in(page, stack, committed, customer.email)
    visit = book(page, stack, committed)
    remind(stack, committed, visit, settings)
    move_to_soonest(page, stack, committed, visit)
    with phone_of(browser, permissions=["geolocation"], geolocation=geo(OWN[0])) as phone:
        drive_and_work(phone, page, stack, committed=committed, technician=technician, visit=visit)
    rate(page, stack, committed, visit, size)
    began = ("Confirmed", "Reminder", "New time", "On the way to you", "Done")
    assert [each.partition(":")[0] for each in subjects(stack, customer.email, len(began))] == list(began)


def book(page, stack, committed) -> Booking:
    """A time of the day after tomorrow."""
    page.get_by_role("link", name="Book a new appointment").first.click()
    page.get_by_label("Where").select_option(label="Water Street House, 12 Water Street")
    page.locator("label.slot", has_text="Boiler service").click()
    page.get_by_role("heading", name="When shall we come?").wait_for()
    page.locator("a.day").nth(3).click()
    page.wait_for_url(re.compile("day="))
    page.locator(".slots label.slot").nth(20).click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("Your visit is booked.").wait_for()
    with tenant_scope(committed):
        visit = Booking.objects.select_related("contact").get()
    assert visit.arrives_at > clock.now() + dt.timedelta(days=2)
    assert page.get_by_role("link", name="Change", exact=True).is_visible()
    return visit


def remind(stack, committed, visit, settings):
    """Two days before the visit by a moved clock, the sweep that runs every few seconds sends what is due by then."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", stack.smtp_port
    mails(stack, visit.contact.email, 1)
    with tenant_scope(committed):
        [first, _second] = OutboxMessage.objects.filter(name="booking_reminder").order_by("due_at")
    assert first.due_at == visit.arrives_at - dt.timedelta(days=2)
    with time_machine.travel(first.due_at - dt.timedelta(minutes=1), tick=False) as traveller:
        sweep_all(seconds=20)
        assert len(mails(stack, visit.contact.email, 1)) == 1
        traveller.shift(dt.timedelta(minutes=2))
        sweep_all(seconds=20)
    mails(stack, visit.contact.email, 2)


def move_to_soonest(page, stack, committed, visit):
    """By the page of the visit, to the soonest time there is: within hours."""
    page.goto(stack.address(committed, f"/appointments/{visit.pk}/"))
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_role("button", name="Take the soonest time").click()
    page.get_by_role("button", name="Move the visit").click()
    page.wait_for_url(stack.address(committed, f"/appointments/{visit.pk}/"))
    with tenant_scope(committed):
        moved = Booking.objects.get()
        kept = OutboxMessage.objects.filter(name="booking_reminder", state="waiting").values_list("payload", flat=True)
        assert {each["sequence"] for each in kept} <= {1}
    assert (moved.pk, moved.sequence) == (visit.pk, 1)
    assert moved.arrives_at < clock.now() + dt.timedelta(hours=3)
    mails(stack, visit.contact.email, 3)


def drive_and_work(context, page, stack, *, committed, technician, visit):
    """The technician shares the position, drives, works and writes notes; the customer watches."""
    phone = context.new_page()
    sign_in(phone, stack, committed, technician.email, lands="/tech/")
    phone.get_by_role("button", name="Share on the way").click()
    phone.get_by_text("Your position is shared").first.wait_for()
    phone.goto(stack.address(committed, f"/tech/visits/{visit.pk}/"))
    phone.get_by_role("button", name="Set off").click()
    phone.get_by_text("You are on the way").or_(phone.get_by_text("Your position is shared")).first.wait_for()

    page.goto(stack.address(committed, "/"))
    assert page.get_by_role("heading", name="Active appointment").is_visible()
    page.get_by_role("link", name="View live map").first.click()
    page.locator("[data-live] .live-technician").wait_for()
    before = page.locator("[data-live-text=distance]").inner_text()
    # The phone tells a fix every two seconds at most (technician.js).
    page.wait_for_timeout(2200)
    context.set_geolocation(geo(OWN[-1]))
    page.wait_for_function(
        "before => document.querySelector('[data-live-text=distance]').textContent !== before", arg=before
    )
    phone.get_by_role("button", name="I am there: start").click()
    page.get_by_text("The technician has arrived.").wait_for()

    phone.get_by_label("What was done").fill(DONE)
    phone.get_by_label("Note for the office").fill(FOR_OFFICE)
    phone.get_by_role("button", name="Complete").click()
    phone.wait_for_function("() => document.querySelector('[data-visit]').dataset.state === 'completed'")
    mails(stack, visit.contact.email, 5)
    with tenant_scope(committed):
        done = Booking.objects.select_related("work_order").get()
    assert done.status == BookingStatus.COMPLETED
    assert (done.work_order.resolution, done.work_order.internal_notes) == (DONE, FOR_OFFICE)


def rate(page, stack, committed, visit, size):
    """From the past visits of the home page."""
    page.goto(stack.address(committed, "/"))
    assert page.get_by_role("heading", name="Active appointment").count() == 0
    page.get_by_role("link", name="Past").click()
    page.get_by_role("link", name="Give feedback").click()
    page.get_by_role("heading", name="Give feedback").wait_for()
    page.locator("label.star").nth(3).click()
    page.get_by_label("Were we on time?").fill("To the minute.")
    picture(page, f"life-feedback-{size}")
    page.get_by_role("button", name="Send feedback").click()
    page.get_by_text("Thank you").first.wait_for()
    page.goto(stack.address(committed, f"/appointments/{visit.pk}/"))
    assert page.get_by_role("link", name="Your feedback").is_visible()
    assert FOR_OFFICE not in page.content()
    with tenant_scope(committed):
        given = Feedback.objects.get()
        assert (given.rating, given.booking_id, given.answers.get().text) == (4, visit.pk, "To the minute.")
    page.goto(stack.address(committed, f"/field-service/work-orders/{done_order(committed)}/"))
    assert page.get_by_text(DONE).first.is_visible()
    assert FOR_OFFICE not in page.content()


def done_order(committed):
    with tenant_scope(committed):
        return Booking.objects.get().work_order_id


def subjects(stack, address, count) -> list[str]:
    """The subjects of the mails to the customer, in the order in which they came."""
    return [email.message_from_string(each, policy=policy.default)["Subject"] for each in mails(stack, address, count)]


def mails(stack, address: str, count: int) -> list[str]:
    """Wait for so many mails to the address."""
    deadline = time.monotonic() + PATIENCE
    while len(found := stack.mails(address)) < count:
        assert time.monotonic() < deadline, stack.log("worker")
        time.sleep(0.2)
    return found
