"""Bookings to read, with the account of why this resource was sent (SCH-13)."""

import math
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format, time_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.models import WorkOrder
from portal.access.admin import WhoSeesMixin
from portal.access.admin.record_actions import RecordActions
from portal.tenancy.admin import ReadOnlyAdmin, TenantInline, portal_admin
from portal.web.times import zone_name
from scheduling.admin.attention import ACTIONS, AttentionFilter
from scheduling.models import Booking
from scheduling.reasons import measured_by, sentence

CANDIDATES_A_PAGE = 100
METRES = 1000
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the table: a resource with what the search said about it, in words and local figures."""

    resource_id: str
    name: str
    fits: bool
    won: bool
    reason: str
    kilometres: str
    minutes: str
    next_kilometres: str
    rank: int | None


def candidates_of(why: dict) -> list[Candidate]:
    """The candidates of a stored decision, the winner first, then the others that fit by rank, then the rest."""
    rows = why.get("candidates", [])
    winner = why.get("winner")
    rows = sorted(rows, key=lambda row: (row["resource_id"] != winner, not row["fits"], row.get("rank") or math.inf))
    return [
        Candidate(
            resource_id=row["resource_id"],
            name=row["name"],
            fits=row["fits"],
            won=row["resource_id"] == winner,
            reason=_("Was sent: the shortest way of all who could do it.")
            if row["resource_id"] == winner
            else sentence(row["reason"]),
            kilometres=kilometres(row.get("metres")),
            minutes=minutes(row.get("seconds")),
            next_kilometres=kilometres(row.get("next_metres")),
            rank=row.get("rank"),
        )
        for row in rows
    ]


def kilometres(metres: int | None) -> str:
    return "" if metres is None else number_format(metres / METRES, 1)


def minutes(seconds: int | None) -> str:
    return "" if seconds is None else number_format(math.ceil(seconds / SECONDS))


def promised(booking: Booking) -> str:
    """The promised wall time with the short name of the site's zone."""
    day, hour = date_format(booking.local_date, "SHORT_DATE_FORMAT"), time_format(booking.local_time, "TIME_FORMAT")
    return f"{day}, {hour} {zone_name(booking.arrives_at, booking.time_zone)}"


@admin.register(Booking, site=portal_admin)
class BookingAdmin(RecordActions, WhoSeesMixin, ReadOnlyAdmin):
    """Written by scheduling's domain only, by which no two ever overlap."""

    position = 20
    list_display = ("arrival", "incident_type", "account", "resource", "status", "travel", "attention")
    list_filter = (AttentionFilter, "status")
    list_select_related = ("incident_type", "account", "resource")
    record_actions = ACTIONS
    search_fields = ("account__name", "resource__name", "work_order__number")
    ordering = ("-arrives_at", "-pk")
    readonly_fields = ("arrival", "travel")
    fieldsets = (
        (
            None,
            {"fields": ("status", "arrival", "incident_type", "resource", "work_order", "attention", "attention_at")},
        ),
        (gettext_lazy("Customer"), {"fields": ("account", "contact", "place", "comments", "is_exposed")}),
        (
            gettext_lazy("Time"),
            {"fields": ("leaves_at", "arrives_at", "ends_at", "window_starts_at", "window_ends_at", "travel")},
        ),
        (
            gettext_lazy("Record"),
            {"fields": ("sequence", "hold_expires_at", "canceled_note", "created_by", "created_at")},
        ),
    )

    @admin.display(description=gettext_lazy("arrival at the site"), ordering="arrives_at")
    def arrival(self, booking):
        return promised(booking)

    @admin.display(description=gettext_lazy("travel before"), ordering="travel_metres")
    def travel(self, booking):
        return _("%(kilometres)s km, %(minutes)s min") % {
            "kilometres": kilometres(booking.travel_metres),
            "minutes": minutes(booking.travel_seconds),
        }

    def get_urls(self):
        own = path("<path:object_id>/why/", self.admin_site.admin_view(self.why_view), name="scheduling_booking_why")
        return [own, *super().get_urls()]

    def why_view(self, request, object_id):
        """Every candidate of the booking: fit or why not, the way before and after, who won."""
        booking = self.get_object(request, unquote(object_id))
        if booking is None or not self.has_view_permission(request, booking):
            raise Http404
        why = booking.why
        context = {
            **self.admin_site.each_context(request),
            "title": _("Why %(resource)s was sent") % {"resource": booking.resource},
            "opts": self.opts,
            "booking": booking,
            "promised": promised(booking),
            "decided_at": parse_datetime(why.get("decided_at", "")),
            "method": measured_by(why.get("method", "")),
            "notice": why.get("notice", ""),
            "omitted": why.get("omitted", 0),
            "page": Paginator(candidates_of(why), CANDIDATES_A_PAGE).get_page(request.GET.get("page")),
        }
        return TemplateResponse(request, "admin/scheduling/booking/why.html", context)


class BookingInline(TenantInline):
    """The visits of a work order, on its page."""

    model = Booking
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    show_change_link = True
    fields = readonly_fields = ("arrival", "resource", "status", "why_link")
    ordering = ("-arrives_at", "-pk")
    verbose_name_plural = gettext_lazy("Bookings")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("resource", "incident_type")

    @admin.display(description=gettext_lazy("arrival at the site"))
    def arrival(self, booking):
        return promised(booking)

    @admin.display(description=gettext_lazy("why"))
    def why_link(self, booking):
        address = reverse("admin:scheduling_booking_why", args=[booking.pk])
        return format_html('<a href="{}">{}</a>', address, _("Why this resource"))


portal_admin.add_inline(WorkOrder, BookingInline)
