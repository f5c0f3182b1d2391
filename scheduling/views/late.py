"""The technician comes later than promised: wait, take another one, or another day (SCH-15). Works without JavaScript."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.enums import Section
from portal.kit.errors import Conflict, NotAllowed
from portal.tenancy.scope import tenant_scope
from portal.web.declarations import Rule
from portal.web.views.base import Refused, SectionView
from scheduling.cards import late_words, technician_of, when_of
from scheduling.domain.changing import Change
from scheduling.domain.lateness import take_another
from scheduling.domain.rules import load_settings
from scheduling.forms import MoveForm
from scheduling.models import Booking
from scheduling.policies import can_choose_when_late
from scheduling.queries import visible_appointment
from scheduling.views.changing import crumbs_of


class LateView(SectionView):
    """`/appointments/ID/late/`: the choices; POST takes whoever else can be there first.

    Opens its own transactions, since a routing server may be asked between them (SECURITY 41).
    """

    section = Section.SCHEDULING
    object_type = "scheduling.Booking"
    access_rule = Rule.POLICY
    template_name = "scheduling/changing/late.html"

    def dispatch(self, request, *args, **kwargs):
        if request.tenant is None:
            raise Http404
        with tenant_scope(request.tenant):
            if not self.viewer or not self.viewer.may_read(self.section):
                raise Http404
            if request.method.lower() not in self.http_method_names:
                return self.http_method_not_allowed(request)
            self.booking: Booking | None = visible_appointment(self.viewer, kwargs["pk"])
            if self.booking is None:
                raise Http404
            verdict = can_choose_when_late(self.viewer, self.booking, load_settings())
            if not verdict:
                raise Refused(verdict.reason)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        with tenant_scope(request.tenant):
            settings = load_settings()
            return self.render(
                booking=self.booking,
                when=when_of(self.booking, self.viewer, settings),
                technician=technician_of(self.booking, settings),
                late=late_words(self.booking),
                crumbs=crumbs_of(self.booking, self.viewer, settings, _("Running late")),
            )

    def post(self, request, pk):
        detail = HttpResponseRedirect(reverse("scheduling:detail", args=[pk]))
        form = MoveForm(request.POST)
        if not form.is_valid():
            return detail
        change = Change(form.cleaned_data["sequence"], self.viewer.contact, request.user)
        try:
            moved = take_another(self.booking, change)
        except NotAllowed as error:
            raise Refused(error.message) from error
        except Conflict as error:
            messages.warning(request, error.message)
            return detail
        if moved is None:
            messages.warning(request, _("Nobody else can be there sooner. Our office knows and will call you."))
        else:
            messages.success(request, _("Somebody else comes to you now. A confirmation is on its way by e-mail."))
        return detail
