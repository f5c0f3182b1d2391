"""One visit on the technician's phone, and what is done there (SCH-8). Works without JavaScript; a kept step is sent by script."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.domain.signatures import SIGNABLE, sign_work_order
from fieldservice.domain.tasks import DONE, change_task
from portal.kit.errors import DomainError
from portal.kit.ids import uuid7
from portal.timeline.domain.comments import add_comment
from portal.timeline.enums import Audience
from portal.web.times import format_time
from scheduling.domain import visits
from scheduling.domain.rules import load_settings
from scheduling.domain.technicians import notes_of, signature_of, task_of, tasks_of, visit_for
from scheduling.domain.tracking import is_tracked
from scheduling.enums import AT_WORK, PAST_STATUSES, BookingStatus
from scheduling.models import BookableResource, Booking
from scheduling.phone_forms import NoteForm, SignatureForm, StepForm, TaskForm
from scheduling.views.technician import READ, for_technician, visit_of

BAD_INPUT, UNPROCESSABLE = 400, 422
JSON = "application/json"


class Button(NamedTuple):
    """A big button: shown while the visit has the status `shown_in`, which then becomes `to`."""

    step: str
    label: Promise
    shown_in: str
    to: str
    kind: str


BUTTONS = (
    Button("set_off", gettext_lazy("Set off"), "scheduled", "traveling", "primary"),
    Button("start", gettext_lazy("Start without travel"), "scheduled", "in_progress", "secondary"),
    Button("start", gettext_lazy("I am there: start"), "traveling", "in_progress", "primary"),
    Button("go_back", gettext_lazy("Not on the way yet"), "traveling", "scheduled", "secondary"),
    Button("resume", gettext_lazy("Continue"), "on_break", "in_progress", "primary"),
    Button("pause", gettext_lazy("Break"), "in_progress", "on_break", "secondary"),
)
STEPS = {
    "set_off": visits.set_off,
    "go_back": visits.go_back,
    "start": visits.start,
    "pause": visits.pause,
    "resume": visits.resume,
}


@for_technician(*READ)
def visit(request, resource, pk):
    """Where, what, for whom, and the next step within the thumb's reach."""
    return page(request, resource, own_visit(resource, pk))


@for_technician("POST")
def take_step(request, resource, pk):
    """Take one step, once: sent again with the same key nothing happens. 409 with the reason where it does not follow."""
    booking = own_visit(resource, pk)
    form = StepForm(request.POST)
    if not form.is_valid():
        wrong = next((str(each.errors[0]) for each in form.words if each.errors), "")
        if wrong and not wants_json(request):
            return page(request, resource, booking, result=form, status=UNPROCESSABLE)
        return answer(request, booking, wrong or _("That step is not known. Open the page again."), status=BAD_INPUT)
    data = form.cleaned_data
    step = visits.Step(resource, request.user, data["key"], data["at"])
    try:
        verb = STEPS.get(data["step"])
        row = verb(booking, step) if verb else visits.finish(booking, step, form.result)
    except DomainError as error:
        if error.field in form.fields and not wants_json(request):
            form.add_error(error.field, error.message)
            return page(request, resource, booking, result=form, status=UNPROCESSABLE)
        return answer(request, booking, error.message, status=error.status)
    return answer(request, row, said(row))


@for_technician("POST")
def tick_task(request, resource, pk):
    """Say that a task is done, or not after all."""
    booking = own_visit(resource, pk)
    form = TaskForm(request.POST)
    task = task_of(booking.work_order, form.cleaned_data["task"]) if form.is_valid() else None
    if task is None:
        return answer(request, booking, _("That task is not there any more."), status=BAD_INPUT)
    try:
        change_task(task, by=request.user, percent_done=DONE if form.cleaned_data["done"] else 0)
    except DomainError as error:
        return answer(request, booking, error.message, status=error.status)
    return answer(request, booking, "")


@for_technician("POST")
def add_note(request, resource, pk):
    """Write a note, with photos."""
    booking = own_visit(resource, pk)
    form = NoteForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, resource, booking, note=form, status=UNPROCESSABLE)
    data = form.cleaned_data
    audience = Audience.CUSTOMER if data["for_customer"] else Audience.STAFF
    try:
        add_comment(
            booking.work_order,
            data["text"],
            by=request.user,
            audience=audience,
            files=data["files"],
            request_key=data["request_key"],
        )
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return page(request, resource, booking, note=form, status=UNPROCESSABLE)
    return answer(request, booking, _("The note is kept."))


@for_technician("POST")
def sign(request, resource, pk):
    """The customer who is present types the name."""
    booking = own_visit(resource, pk)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return page(request, resource, booking, signature=form, status=UNPROCESSABLE)
    try:
        sign_work_order(booking.work_order, booking.contact, name=form.cleaned_data["name"], by=request.user)
    except DomainError as error:
        if error.field in form.fields:
            form.add_error(error.field, error.message)
            return page(request, resource, booking, signature=form, status=UNPROCESSABLE)
        return answer(request, booking, error.message, status=error.status)
    return answer(request, booking, _("The signature is kept."))


def own_visit(resource: BookableResource, pk) -> Booking:
    """The technician's own visit; 404 alike for everybody else's."""
    booking = visit_for(resource, pk)
    if booking is None:
        raise Http404
    return booking


def said(booking: Booking) -> str:
    """What was done, for the technician."""
    return {
        BookingStatus.SCHEDULED: _("The visit is planned as before."),
        BookingStatus.TRAVELING: _("You are on the way. The customer is told."),
        BookingStatus.IN_PROGRESS: _("The work goes on."),
        BookingStatus.ON_BREAK: _("You are on a break."),
        BookingStatus.COMPLETED: _("The visit is completed."),
        BookingStatus.FOLLOW_UP: _("The office plans another visit."),
    }[BookingStatus(booking.status)]


def wants_json(request) -> bool:
    """Whether a script asks."""
    return request.headers.get("Accept", "").startswith(JSON)


def answer(request, booking: Booking, message: str, *, status: int = 200):
    """To a script JSON with the status of the visit; to a form the page again, with what happened."""
    if wants_json(request):
        return JsonResponse({"message": str(message), "status": booking.status}, status=status)
    if message:
        (messages.success if status < BAD_INPUT else messages.warning)(request, message)
    return HttpResponseRedirect(reverse("technician:visit", args=[booking.pk]))


def page(request, resource, booking: Booking, *, result=None, note=None, signature=None, status: int = 200):
    """The visit, with the form that was refused as it was filled in."""
    work_order = booking.work_order
    signed = signature_of(work_order)
    context = {
        "resource": resource,
        "visit": visit_of(booking, resource.time_zone),
        "booking": booking,
        "state": booking.status,
        "is_over": booking.status in PAST_STATUSES,
        "is_at_work": booking.status in AT_WORK,
        "key": uuid7(),
        "buttons": BUTTONS,
        "result": result or StepForm(),
        "tasks": tasks_of(work_order),
        "notes": [(each, format_time(each.created_at, resource.time_zone)) for each in notes_of(work_order)],
        "note": note or NoteForm(initial={"request_key": uuid7()}),
        "signed": signed,
        "signature": signature or SignatureForm(),
        "can_sign": signed is None and work_order.system_status in SIGNABLE,
        "track_id": booking.pk if is_tracked(booking, load_settings()) else None,
    }
    return render(request, "scheduling/technician/visit.html", context, status=status)
