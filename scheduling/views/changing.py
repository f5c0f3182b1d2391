"""Move or cancel an appointment (SCH-5). Works without JavaScript."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.accounts.enums import Section
from portal.kit.errors import Conflict, DomainError, NotAllowed
from portal.web.views.base import ActionView, Refused
from scheduling.domain.booking import Slot, refusal
from scheduling.domain.canceling import Cancel, cancel_visit
from scheduling.domain.changing import Change, change_visit, seeker_for, visit_of
from scheduling.domain.offers import next_times
from scheduling.domain.rules import Rules, VisitRequest, load_rules, load_settings
from scheduling.enums import BookingStatus
from scheduling.errors import SlotTaken
from scheduling.forms import CancelForm, ChangeForm, MoveForm, slot_text
from scheduling.models import Booking
from scheduling.policies import can_change
from scheduling.queries import appointment_list
from scheduling.views.base import VisitView, visit_context
from scheduling.views.planner import Planner, plan, slot_groups

BAD_INPUT = 400


@dataclass
class ChangeDraft:
    """A new time in the making, read from the URL or the form."""

    booking: Booking
    form: ChangeForm
    rules: Rules

    @cached_property
    def visit(self) -> VisitRequest:
        return visit_of(self.booking)

    @property
    def day(self) -> date | None:
        return self.form.cleaned_data.get("day")

    @property
    def month(self) -> date | None:
        return self.form.cleaned_data.get("month")

    @property
    def slot(self) -> Slot | None:
        return self.form.cleaned_data.get("slot")

    @property
    def keeps_resource(self) -> bool:
        return bool(self.form.cleaned_data.get("same"))

    def forget_slot(self) -> None:
        """Go back to choosing a time."""
        self.form.cleaned_data["slot"] = None

    def url(self, **changes) -> str:
        """This page with these choices."""
        query = QueryDict(mutable=True)
        query.update(
            {name: value for name, value in {"same": "on" if self.keeps_resource else "", **changes}.items() if value}
        )
        return f"{reverse('scheduling:change', args=[self.booking.pk])}?{query.urlencode()}"

    @property
    def anybody_url(self) -> str:
        return self.url(same="")

    @property
    def same_url(self) -> str:
        return self.url(same="on")


class ChangeView(VisitView):
    """`/appointments/ID/change/`: another day and time by the rules of booking; the old time stays until the new one is won."""

    policy = staticmethod(can_change)
    template_name = "scheduling/changing/change.html"
    partial_name = "change"

    def look(self) -> None:
        self.booking = self.find()
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        form = ChangeForm(data)
        form.is_valid()
        self.draft = ChangeDraft(self.booking, form, load_rules(visit_of(self.booking)))
        # A stale form is answered by what has become of the visit, which the verb says.
        if self.request.method != "POST":
            self.require()

    def get(self, request, pk):
        return self.page(status=BAD_INPUT if self.draft.form.errors else 200)

    def post(self, request, pk):
        draft = self.draft
        move = MoveForm(request.POST)
        if draft.slot is None or not move.is_valid():
            return self.page(alert=draft.form.first_error or _("Choose a time."), status=422)
        change = Change(
            move.cleaned_data["sequence"], self.viewer.contact, request.user, keeps_resource=draft.keeps_resource
        )
        try:
            with self.scope():
                if not self.viewer.may_decide(self.section, draft.booking.account_id):
                    self.require()
            moved = change_visit(draft.booking, draft.slot, change, rules=draft.rules)
        except NotAllowed as error:
            raise Refused(error.message) from error
        except SlotTaken as error:
            again = next_times(draft.visit, draft.slot, seeker=self.seeker, rules=draft.rules)
            return self.page(alert=error.message, again=again, status=error.status)
        except Conflict as error:
            messages.warning(request, error.message)
            return HttpResponseRedirect(reverse("scheduling:detail", args=[draft.booking.pk]))
        except DomainError as error:
            return self.page(alert=error.message, status=error.status)
        messages.success(request, _("Your visit was moved. A confirmation is on its way to you by e-mail."))
        return HttpResponseRedirect(reverse("scheduling:detail", args=[moved.pk]))

    @property
    def seeker(self):
        return seeker_for(self.draft.booking, self.viewer.contact, keeps_resource=self.draft.keeps_resource)

    def page(self, *, status: int = 200, alert: str = "", again=None):
        """The calendar with the times of a day, or the chosen time to be confirmed."""
        draft = self.draft
        alert = alert or draft.form.first_error
        planner = plan(draft, self.seeker) if again is None else None
        if planner is not None and draft.slot is not None and not planner.offers(draft.slot):
            alert = alert or str(refusal(draft.rules, draft.slot, planner.search.now))
            draft.forget_slot()
        with self.scope():
            return self.render(
                status=status,
                draft=draft,
                planner=planner,
                alert=alert,
                again=None if again is None else slot_groups(draft, again, by_day=True),
                soonest=self.soonest(planner),
                **visit_context(draft.booking, self.viewer, _("Change")),
            )

    def soonest(self, planner: Planner | None) -> str:
        """The first free time of all as a form value, while its day is shown."""
        if planner is None or not planner.times or planner.day != min(planner.month.free, default=None):
            return ""
        return slot_text(planner.times[0].slot)


class CancelView(ActionView):
    """`/appointments/ID/cancel/`: a reason, and the visit is called off."""

    section = Section.SCHEDULING
    object_type = "scheduling.Booking"
    query = staticmethod(appointment_list)
    policy = staticmethod(lambda viewer, booking: can_change(viewer, booking, load_settings()))
    form_class = CancelForm
    template_name = "scheduling/changing/cancel.html"

    def post(self, request, *args, **kwargs):
        obj = self.get_object()
        if obj.status == BookingStatus.CANCELED:
            messages.info(request, _("This visit is canceled already."))
            return HttpResponseRedirect(self.get_success_url(obj))
        return super().post(request, *args, **kwargs)

    def get_form(self, obj, data=None):
        return CancelForm(data, initial={"sequence": obj.sequence})

    def perform(self, obj, data: dict):
        cancel_visit(obj, Cancel(data["note"], data["sequence"], self.viewer.contact, self.request.user))
        messages.success(self.request, _("Your visit was canceled."))

    def refuse(self, obj, form, error: DomainError):
        if isinstance(error, Conflict):
            messages.warning(self.request, error.message)
            return HttpResponseRedirect(self.get_success_url(obj))
        return super().refuse(obj, form, error)

    def get_success_url(self, obj) -> str:
        return reverse("scheduling:detail", args=[obj.pk])

    def get_context(self, obj) -> dict:
        return visit_context(obj, self.viewer, _("Cancel"))
