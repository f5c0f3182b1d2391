"""What the pages about one opportunity stand on."""

from typing import ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain.history import Actor
from partners.enums import Outcome
from partners.models import Delivery, Opportunity
from partners.queries import lists as queries
from portal.accounts.enums import Section
from portal.web.views.base import ActionView

GONE = {
    Outcome.DECLINED: gettext_lazy("You declined opportunity %(number)s."),
    Outcome.EXPIRED: gettext_lazy("The time to answer opportunity %(number)s is over; it is no longer yours."),
    Outcome.RETURNED: gettext_lazy("You returned opportunity %(number)s to the network."),
}


def actor(request) -> Actor:
    """Who acts: the contact that looks, with its login."""
    return Actor(request.viewer.contact, request.user)


def gone_text(delivery: Delivery) -> str:
    """Why the opportunity of this delivery is no longer there."""
    return GONE[Outcome(delivery.outcome)] % {"number": delivery.opportunity.number}


def gone(request, pk) -> HttpResponseRedirect:
    """Back to the list, with the reason, for what was the viewer's until just now; 404 for everything else."""
    delivery = queries.ended_delivery(request.viewer, pk)
    if delivery is None:
        raise Http404
    messages.warning(request, gone_text(delivery))
    return HttpResponseRedirect(reverse("partners:delivered_list"))


class OpportunityAction(ActionView):
    """A verb on an opportunity that the viewer sees whole: a page that says what it does, with its form.

    `verb` is the button's label, `hint` says what follows, `done` is told afterwards.
    """

    section = Section.OPPORTUNITIES
    object_type = "partners.Opportunity"
    query = staticmethod(queries.managed_detail)
    template_name = "partners/opportunities/act.html"
    verb: ClassVar[str]
    hint: ClassVar[str] = ""
    done: ClassVar[str] = ""
    kind: ClassVar[str] = "primary"

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            return gone(request, kwargs["pk"])

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except Http404:
            return gone(request, kwargs["pk"])

    def perform(self, obj, data: dict):
        self.act(obj, data)
        if self.done:
            messages.success(self.request, self.done)

    def act(self, obj: Opportunity, data: dict) -> None:
        """The one domain call."""
        raise NotImplementedError

    def get_success_url(self, obj) -> str:
        return reverse("partners:opportunity_detail", args=[obj.pk])

    def get_context(self, obj) -> dict:
        page = reverse("partners:opportunity_detail", args=[obj.pk])
        lists = {"label": _("Opportunities"), "url": reverse("partners:dashboard")}
        return {
            "verb": self.verb,
            "hint": self.hint,
            "kind": self.kind,
            "back_url": page,
            "crumbs": [lists, {"label": obj.number, "url": page}, {"label": self.verb}],
            "lead": getattr(obj, "customer_name", obj.number),
        }
