"""The home page: the active appointment, upcoming and past ones (SCH-6)."""

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Section
from portal.web.declarations import Rule
from portal.web.listing import Listing, Tab
from portal.web.paging import Sort, moment
from portal.web.registry import navigation
from portal.web.views.base import SectionView
from scheduling.cards import card
from scheduling.domain.rules import load_settings
from scheduling.domain.technicians import is_technician
from scheduling.enums import PAST_STATUSES, UPCOMING_STATUSES, BookingStatus
from scheduling.policies import can_open_booking
from scheduling.queries import appointment_list

UPCOMING = Tab("upcoming", _("Upcoming"), Q(status__in=UPCOMING_STATUSES))
PAST = Tab("past", _("Past appointments"), Q(status__in=PAST_STATUSES))
SOONEST = Sort("when", _("Soonest first"), "arrives_at", moment)
LATEST = Sort("when", _("Latest first"), "arrives_at", moment, is_descending=True)


def first_traveling(visible):
    """Of the visits that somebody is on the way to, the one with the earliest expected arrival (DYNAMICS 1.7)."""
    traveling = visible.filter(status=BookingStatus.TRAVELING)
    return traveling.order_by(Coalesce("estimated_arrival_at", "arrives_at"), "pk").first()


class HomeView(SectionView):
    """The first page of everybody; appointments for those whose web role opens self-scheduling."""

    section = None
    object_type = "scheduling.Booking"
    access_rule = Rule.SIGNED_IN
    template_name = "scheduling/home.html"
    partial_name = "appointments"

    def dispatch(self, request, *args, **kwargs):
        if request.tenant is None or (not self.viewer and request.is_tenant_staff):
            return HttpResponseRedirect(reverse("admin:index"))
        if not self.viewer and is_technician(request.user):
            return HttpResponseRedirect(reverse("technician:day"))
        if not self.viewer:
            return render(request, "scheduling/no_access.html")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        if not self.viewer.may_read(Section.SCHEDULING):
            entries = [each for each in navigation(request) if each.url != request.path]
            if entries:
                return HttpResponseRedirect(entries[0].url)
            return render(request, "scheduling/no_access.html")
        settings = load_settings()
        visible = appointment_list(self.viewer).visible_to(self.viewer)
        active = first_traveling(visible)
        is_past = request.GET.get("tab") == PAST.key
        listing = Listing(
            request.GET,
            lambda: visible.exclude(pk=active.pk) if active else visible,
            tabs=(UPCOMING, PAST),
            sorts=(LATEST if is_past else SOONEST,),
        )
        return self.render(
            active=card(active, self.viewer, settings, is_active=True) if active else None,
            list=listing,
            cards=[card(each, self.viewer, settings) for each in listing.page.rows],
            booking=can_open_booking(self.viewer),
            is_past=is_past,
        )
