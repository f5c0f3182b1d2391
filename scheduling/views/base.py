"""What the pages about booking and about one visit stand on."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.enums import Section
from portal.kit.verdicts import Verdict
from portal.tenancy.scope import tenant_scope
from portal.web.declarations import Rule
from portal.web.views.base import Refused, SectionView
from scheduling.cards import card, technician_of, when_of
from scheduling.domain.rules import load_settings
from scheduling.models import Booking
from scheduling.queries import visible_appointment


class OwnTransactionsView(SectionView):
    """Opens its own transactions, since a routing server may be asked between them (SECURITY 41)."""

    section = Section.SCHEDULING
    object_type = "scheduling.Booking"

    def dispatch(self, request, *args, **kwargs):
        if request.tenant is None:
            raise Http404
        with self.scope():
            if not self.viewer or not self.viewer.may_read(self.section):
                raise Http404
            if request.method.lower() not in self.http_method_names:
                return self.http_method_not_allowed(request)
            self.look()
        return super().dispatch(request, *args, **kwargs)

    def look(self) -> None:
        """What every method needs, read in the first transaction; raises where the page is not for the viewer."""
        raise NotImplementedError

    def scope(self):
        """A transaction in the company of the page."""
        return tenant_scope(self.request.tenant)


class VisitView(OwnTransactionsView):
    """A verb on one visit that the viewer sees: `policy(viewer, booking, settings)` says whether."""

    access_rule = Rule.POLICY
    booking: Booking

    def look(self) -> None:
        self.booking = self.find()
        self.require()

    def find(self) -> Booking:
        booking = visible_appointment(self.viewer, self.kwargs["pk"])
        if booking is None:
            raise Http404
        return booking

    @staticmethod
    def policy(viewer, booking: Booking, settings) -> Verdict:
        raise NotImplementedError

    def require(self) -> None:
        """403 with the reason when the policy refuses."""
        verdict = self.policy(self.viewer, self.booking, load_settings())
        if not verdict:
            raise Refused(verdict.reason)


def visit_context(booking: Booking, viewer, label: str) -> dict:
    """What the head of a page about one visit shows; `label` names the page."""
    settings = load_settings()
    return {
        "booking": booking,
        "when": when_of(booking, viewer, settings),
        "technician": technician_of(booking, settings),
        "crumbs": visit_crumbs(card(booking, viewer, settings)["appointment"], label),
    }


def visit_crumbs(shown: dict, label: str) -> list[dict]:
    """The way from the appointments to a page about one; `shown` is the visit as its card shows it."""
    return [
        {"label": _("Appointments"), "url": reverse("home")},
        {"label": shown["title"], "url": shown["url"]},
        {"label": label},
    ]
