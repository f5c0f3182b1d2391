"""What all mails about visits have in common. What they tell is read when they are sent, through the recipient's own eyes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from notifications.calendar import Method, calendar_file
from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Attachment, Message, read_once
from portal.access.viewer import viewer_for
from portal.geo.addresses import address_lines
from portal.kit import clock
from portal.tenancy.scope import current_tenant
from portal.web import times
from scheduling.calendar import appointment_url, promised, technician_name, visit_of
from scheduling.enums import BookingStatus
from scheduling.models import Booking, SchedulingSettings
from scheduling.queries import appointment_list


@read_once
def booking_of(row: OutboxMessage) -> Booking | None:
    """The booking that the row is about, if its recipient may see it now (SECURITY 3, 23)."""
    if row.contact is None:
        return None
    viewer = viewer_for(row.contact)
    visible = appointment_list(viewer).visible_to(viewer)
    return visible.filter(pk=row.payload.get("booking")).order_by("pk").first()


@read_once
def settings_for(row: OutboxMessage) -> SchedulingSettings:
    """The settings of the row's tenant, or the defaults."""
    return SchedulingSettings.objects.order_by("pk").first() or SchedulingSettings()


def sample_start(zone: str) -> datetime:
    """Tomorrow at ten by the clock of the zone, for a visit that is only shown."""
    tomorrow = clock.now().astimezone(times.zone_of(zone)) + timedelta(days=1)
    return tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)


def service_name(booking: Booking) -> str:
    """The service as customers read it."""
    return booking.incident_type.display_name or booking.incident_type.name


class VisitMessage(Message):
    """A mail about one visit as it stands, with the event for the calendar."""

    app = "scheduling"
    is_editable = True
    has_sms = True
    method = Method.REQUEST
    statuses: tuple[BookingStatus, ...] = (BookingStatus.SCHEDULED,)
    placeholders: Mapping[str, str] = {
        "service": gettext_lazy("what was booked"),
        "day": gettext_lazy("the day of the visit"),
        "time": gettext_lazy("day and time of the visit"),
        "address": gettext_lazy("the address of the visit"),
        "technician": gettext_lazy("who comes"),
        "number": gettext_lazy("the number of the work order"),
    }

    def still_true(self, row: OutboxMessage) -> bool:
        booking = booking_of(row)
        return (
            booking is not None
            and booking.contact_id == row.contact_id
            and booking.status in self.statuses
            and booking.sequence == row.payload.get("sequence")
        )

    def context(self, row: OutboxMessage) -> dict:
        booking = booking_of(row)
        settings = settings_for(row)
        starts, ends = promised(booking, settings)
        is_window = starts == booking.window_starts_at and ends == booking.window_ends_at
        zone = booking.time_zone
        return {
            "service": service_name(booking),
            "when": times.describe(starts, zone, viewer_zone=row.contact.time_zone, ends=ends),
            "day": times.format_date(starts, zone),
            "is_window": is_window,
            "address": address_lines(booking.place),
            "technician": technician_name(booking) if settings.shows_technician_name else "",
            "work_order_number": booking.seen_number,
            "appointment_url": appointment_url(booking),
        }

    def words(self, context: dict) -> dict[str, str]:
        return {
            "service": context["service"],
            "day": context["day"],
            "time": context["when"].site,
            "address": ", ".join(context["address"]),
            "technician": context["technician"],
            "number": context["work_order_number"],
        }

    def sample(self) -> dict:
        zone = current_tenant().time_zone
        starts = sample_start(zone)
        return {
            "service": gettext("Boiler service"),
            "when": times.describe(starts, zone),
            "day": times.format_date(starts, zone),
            "is_window": False,
            "address": ["12 Mill Street", "10001 New York"],
            "technician": "Grace",
            "work_order_number": "WO-0001042",
            "appointment_url": absolute(reverse("home"), current_tenant()),
        }

    def attachments(self, row: OutboxMessage) -> list[Attachment]:
        return [calendar_file(visit_of(booking_of(row), row.contact, settings_for(row)), self.method)]
