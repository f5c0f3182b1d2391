"""The technician comes later than promised: wait, take another one, or another day (SCH-15). Works without JavaScript."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kit.errors import Conflict, NotAllowed
from portal.web.views.base import Refused
from scheduling.cards import late_words
from scheduling.domain.changing import Change
from scheduling.domain.lateness import take_another
from scheduling.forms import MoveForm
from scheduling.policies import can_choose_when_late
from scheduling.views.base import VisitView, visit_context


class LateView(VisitView):
    """`/appointments/ID/late/`: the choices; POST takes whoever else can be there first."""

    policy = staticmethod(can_choose_when_late)
    template_name = "scheduling/changing/late.html"

    def get(self, request, pk):
        with self.scope():
            context = visit_context(self.booking, self.viewer, _("Running late"))
            return self.render(late=late_words(self.booking), **context)

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
