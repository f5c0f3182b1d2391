"""Booking: choose site, service, day and time; hold; book (SCH-1, SCH-3). Works without JavaScript."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kit.errors import DomainError, NotAllowed
from portal.kit.ids import uuid7
from portal.web.declarations import Rule
from portal.web.views.base import Refused
from scheduling.domain.booking import Claim, Slot, book_visit, hold_slot, read_search, refusal
from scheduling.domain.offers import Seeker, Shown, next_times, note_search
from scheduling.domain.requests import request_visit
from scheduling.errors import BookedAlready, CannotBook, SlotTaken
from scheduling.forms import BookForm, RequestForm
from scheduling.policies import can_open_booking
from scheduling.queries import hold_of
from scheduling.views.base import OwnTransactionsView
from scheduling.views.flow import Draft, read_chosen, read_draft
from scheduling.views.planner import plan, slot_groups

BAD_INPUT, CONFLICT, UNPROCESSABLE = 400, 409, 422


class BookingBase(OwnTransactionsView):
    """What was chosen, and the page as far as that goes."""

    access_rule = Rule.ROLE
    template_name = "scheduling/booking/book.html"
    partial_name = "booking"

    def look(self) -> None:
        try:
            can_open_booking(self.viewer).require()
            self.draft = self.read()
        except NotAllowed as error:
            raise Refused(error.message) from error

    def read(self) -> Draft:
        """What was chosen; the other choices only where the page will show them."""
        if self.request.method == "POST":
            return read_chosen(self.request.POST, self.viewer)
        return read_draft(self.request.GET, self.viewer)

    def claim(self, **fields) -> Claim:
        return Claim(contact=self.viewer.contact, by=self.request.user, **fields)

    def page(self, *, status: int = 200, form=None, alert: str = "", again=None):
        """The booking page as far as the choices have come. `again`: the next times for whoever lost one, if any."""
        draft = self.draft
        if self.request.method == "POST":
            with self.scope():
                draft = read_draft(self.request.POST, self.viewer)
        planner = plan(draft, self.seeker) if draft.visit and draft.verdict and again is None else None
        alert = alert or draft.lost_way
        if planner is not None and draft.slot is not None and not planner.offers(draft.slot):
            alert = alert or str(refusal(draft.rules, draft.slot, planner.search.now))
            if form is None:
                draft.forget_slot()
            else:
                planner, again = None, self.next_times(draft.slot)
        with self.scope():
            # A preview is nobody's question, and keeps nothing.
            if planner is not None and not self.viewer.is_preview:
                note_search(planner.search, len(planner.times))
            context = {
                "draft": draft,
                "planner": planner,
                "form": form or self.last_form(draft),
                "hold": hold_of(self.viewer.contact, draft.slot) if draft.slot else None,
                "alert": alert,
                "again": None if again is None else slot_groups(draft, again, by_day=True),
            }
            return self.render(status=BAD_INPUT if draft.is_invalid else status, **context)

    @property
    def seeker(self) -> Seeker:
        return Seeker(self.viewer.contact)

    def next_times(self, slot: Slot) -> list[Shown]:
        """What is offered instead of a slot that is gone."""
        return next_times(self.draft.visit, slot, seeker=self.seeker, rules=self.draft.rules)

    def last_form(self, draft: Draft):
        kind = BookForm if draft.verdict else RequestForm
        return kind(initial={"request_key": uuid7()})


class BookView(BookingBase):
    """The booking page, and the booking."""

    def read(self) -> Draft:
        """With a complete form the candidates too, in the same transaction."""
        draft = super().read()
        self.search = None
        if self.request.method == "POST" and draft.visit and draft.slot and draft.verdict:
            self.search = read_search(draft.visit, draft.slot, contact=self.viewer.contact, rules=draft.rules)
        return draft

    def get(self, request):
        return self.page()

    def post(self, request):
        draft = self.draft
        form = BookForm(request.POST)
        if draft.visit is None:
            return self.page(form=form, status=UNPROCESSABLE)
        if not form.is_valid():
            return self.page(form=form, status=UNPROCESSABLE)
        slot, words = form.cleaned_data["slot"], form.cleaned_data
        try:
            claim = self.claim(request_key=words["request_key"], comments=words["comments"])
            booking = book_visit(draft.visit, slot, claim, rules=draft.rules, search=self.search)
        except CannotBook as error:
            raise Refused(error.message) from error
        except BookedAlready as error:
            messages.info(request, error.message)
            return HttpResponseRedirect(reverse("scheduling:detail", args=[error.booking.pk]))
        except SlotTaken as error:
            again = self.next_times(slot)
            return self.page(form=form, alert=error.message, again=again, status=error.status)
        except DomainError as error:
            return self.page(form=form, alert=error.message, status=error.status)
        messages.success(request, _("Your visit is booked. A confirmation is on its way to you by e-mail."))
        return HttpResponseRedirect(reverse("scheduling:detail", args=[booking.pk]))


class HoldView(BookingBase):
    """Keeps the chosen time for some minutes while the form is filled in."""

    def post(self, request):
        draft = self.draft
        if draft.visit is None or draft.slot is None:
            return self.page(alert=draft.lost_way or _("Choose a time."), status=UNPROCESSABLE)
        try:
            hold_slot(draft.visit, draft.slot, self.claim(), rules=draft.rules)
        except CannotBook as error:
            raise Refused(error.message) from error
        except SlotTaken as error:
            again = self.next_times(draft.slot)
            return self.page(alert=error.message, again=again, status=error.status)
        return HttpResponseRedirect(draft.slot_url(draft.slot))


class RequestView(BookingBase):
    """Sends a request where customers do not book by themselves."""

    object_type = "fieldservice.WorkOrder"

    def post(self, request):
        draft = self.draft
        form = RequestForm(request.POST)
        if draft.visit is None or not form.is_valid():
            return self.page(form=form, status=UNPROCESSABLE)
        words = form.cleaned_data
        with self.scope():
            request_visit(draft.visit, self.claim(request_key=words["request_key"], comments=words["comments"]))
        messages.success(request, _("Your request has reached us. We will call you to agree on a time."))
        return HttpResponseRedirect(reverse("home"))
