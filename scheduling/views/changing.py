"""Move or cancel an appointment (SCH-5). Works without JavaScript."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.accounts.enums import Section
from portal.kit.errors import Conflict, DomainError, NotAllowed
from portal.tenancy.scope import tenant_scope
from portal.web.declarations import Rule
from portal.web.views.base import ActionView, Refused, SectionView
from scheduling.cards import card, technician_of, when_of
from scheduling.domain.booking import Slot, refusal
from scheduling.domain.canceling import Cancel, cancel_visit
from scheduling.domain.changing import Change, change_visit, seeker_for, visit_of
from scheduling.domain.offers import free_days, next_times
from scheduling.domain.rules import Rules, VisitRequest, load_rules, load_settings
from scheduling.enums import BookingStatus
from scheduling.errors import SlotTaken
from scheduling.forms import CancelForm, ChangeForm, MoveForm, slot_text
from scheduling.models import Booking
from scheduling.policies import can_change
from scheduling.queries import appointment_list, visible_appointment
from scheduling.views.booking import chosen_day
from scheduling.views.planner import Planner, month_bounds, slot_groups

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


class ChangeView(SectionView):
    """`/appointments/ID/change/`: another day and time by the rules of booking; the old time stays until the new one is won.

    Opens its own transactions, since a routing server may be asked between them (SECURITY 41).
    """

    section = Section.SCHEDULING
    object_type = "scheduling.Booking"
    access_rule = Rule.POLICY
    template_name = "scheduling/changing/change.html"
    partial_name = "change"

    def dispatch(self, request, *args, **kwargs):
        if request.tenant is None:
            raise Http404
        with self.scope():
            if not self.viewer or not self.viewer.may_read(self.section):
                raise Http404
            if request.method.lower() not in self.http_method_names:
                return self.http_method_not_allowed(request)
            booking = visible_appointment(self.viewer, kwargs["pk"])
            if booking is None:
                raise Http404
            self.draft = self.read(booking)
            if request.method in {"GET", "HEAD"}:
                self.require(booking)
        return super().dispatch(request, *args, **kwargs)

    def scope(self):
        return tenant_scope(self.request.tenant)

    def require(self, booking: Booking) -> None:
        """403 with the reason when the visit may not be changed."""
        verdict = can_change(self.viewer, booking, load_settings())
        if not verdict:
            raise Refused(verdict.reason)

    def read(self, booking: Booking) -> ChangeDraft:
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        form = ChangeForm(data)
        form.is_valid()
        return ChangeDraft(booking, form, load_rules(visit_of(booking)))

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
                    self.require(draft.booking)
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
        planner = self.plan() if again is None else None
        if planner is not None and draft.slot is not None and not planner.offers(draft.slot):
            alert = alert or str(refusal(draft.rules, draft.slot, planner.search.now))
            draft.forget_slot()
        with self.scope():
            settings = load_settings()
            return self.render(
                status=status,
                booking=draft.booking,
                draft=draft,
                planner=planner,
                alert=alert,
                again=None if again is None else slot_groups(draft, again, by_day=True),
                when=when_of(draft.booking, self.viewer, settings),
                technician=technician_of(draft.booking, settings),
                soonest=self.soonest(planner),
                crumbs=crumbs_of(draft.booking, self.viewer, settings, _("Change")),
            )

    def plan(self) -> Planner:
        draft = self.draft
        first, last = month_bounds(draft)
        month = free_days(draft.visit, first=first, last=last, seeker=self.seeker, rules=draft.rules)
        day = chosen_day(draft, month.free)
        if day is None or not month.first <= day <= month.last:
            return Planner(draft, first, month, day, month.search, [])
        return Planner(draft, first, month, day, *month.times_on(day))

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
        settings = load_settings()
        return {
            "booking": obj,
            "when": when_of(obj, self.viewer, settings),
            "technician": technician_of(obj, settings),
            "crumbs": crumbs_of(obj, self.viewer, settings, _("Cancel")),
        }


def crumbs_of(booking: Booking, viewer, settings, label: str) -> list[dict]:
    shown = card(booking, viewer, settings)["appointment"]
    return [
        {"label": _("Appointments"), "url": reverse("home")},
        {"label": shown["title"], "url": shown["url"]},
        {"label": label},
    ]
