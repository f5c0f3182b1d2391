"""Ask for earlier times, and answer what is offered (SCH-14). Works without JavaScript; looking changes nothing."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kit.errors import Conflict, NotAllowed
from portal.web.times import describe
from portal.web.views.base import Refused
from scheduling.domain import earlier
from scheduling.domain.changing import Change
from scheduling.forms import EarlierForm
from scheduling.policies import can_wish_earlier
from scheduling.queries.earlier import open_offer, open_wish
from scheduling.views.base import VisitView, visit_context


class EarlierView(VisitView):
    """`/appointments/ID/earlier/`: the wish and the time that is kept; POST wishes, withdraws, declines or accepts."""

    policy = staticmethod(can_wish_earlier)
    template_name = "scheduling/changing/earlier.html"

    def get(self, request, pk):
        with self.scope():
            offer = open_offer(self.booking)
            zone, own = self.booking.time_zone, self.viewer.contact.time_zone
            return self.render(
                wish=open_wish(self.booking),
                offer=offer,
                offered=offer and describe(offer.starts_at, zone, viewer_zone=own, ends=offer.window_ends_at),
                until=offer and describe(offer.expires_at, zone, viewer_zone=own),
                **visit_context(self.booking, self.viewer, _("Earlier times")),
            )

    def post(self, request, pk):
        form = EarlierForm(request.POST)
        here = HttpResponseRedirect(reverse("scheduling:earlier", args=[pk]))
        if not form.is_valid():
            messages.warning(request, _("Please look at this again."))
            return here
        try:
            return self.do(form.cleaned_data) or here
        except NotAllowed as error:
            raise Refused(error.message) from error
        except Conflict as error:
            messages.warning(request, error.message)
            return here

    def do(self, data: dict):
        """The one domain call; where to go when it is not this page."""
        request, contact = self.request, self.viewer.contact
        if data["action"] == "accept":
            earlier.accept(self.booking, Change(data["sequence"], contact, request.user))
            messages.success(request, _("Your visit was moved. A confirmation is on its way to you by e-mail."))
            return HttpResponseRedirect(reverse("scheduling:detail", args=[self.booking.pk]))
        with self.scope():
            if data["action"] == "wish":
                earlier.wish_earlier(self.booking, contact, by=request.user)
                messages.success(request, _("We tell you when an earlier time becomes free."))
            elif data["action"] == "decline":
                earlier.decline(self.booking, by=request.user)
                messages.info(request, _("Your visit stays as it is. We tell you of the next time."))
            else:
                earlier.withdraw_wish(self.booking, by=request.user)
                messages.info(request, _("You get no more offers of earlier times for this visit."))
        return None
