"""A booking as a calendar event, the same in the confirmation and in the download (NOT-3)."""

from email.utils import parseaddr

from django.conf import settings as settings_of_portal
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.calendar import Person, Visit
from notifications.links import absolute, site_url
from portal.accounts.models import Contact
from portal.geo.addresses import one_line
from portal.tenancy.scope import current_tenant
from portal.web.times import zone_of
from scheduling.enums import ResourceType
from scheduling.models import Booking, SchedulingSettings


def promised(booking: Booking, settings: SchedulingSettings):
    """From when to when the customer expects the visit: the window where the tenant hides exact times."""
    if booking.window_starts_at and settings.hides_exact_time:
        return booking.window_starts_at, booking.window_ends_at
    return booking.arrives_at, booking.ends_at


def technician_name(booking: Booking) -> str:
    """The first name of the person who comes; empty for crews and tools."""
    words = booking.resource.name.split()
    return words[0] if words and booking.resource.resource_type == ResourceType.USER else ""


def appointment_url(booking: Booking) -> str:
    """The page of the visit."""
    return absolute(reverse("scheduling:detail", args=[booking.pk]), current_tenant())


def description_of(booking: Booking, settings: SchedulingSettings, url: str) -> str:
    """Who comes, and where to read more."""
    technician = technician_name(booking) if settings.shows_technician_name else ""
    lines = [_("%(name)s comes to you.") % {"name": technician}] if technician else []
    return "\n".join([*lines, _("Details and changes: %(url)s") % {"url": url}])


def visit_of(booking: Booking, contact: Contact, settings: SchedulingSettings, *, site: str = "") -> Visit:
    """The event of this booking; its uid stays the same through all changes.

    `site` begins its address, for who writes many and has asked for it once.
    """
    tenant = current_tenant()
    url = f"{site or site_url(tenant)}{reverse('scheduling:detail', args=[booking.pk])}"
    starts, ends = promised(booking, settings)
    support = tenant.support_email or parseaddr(settings_of_portal.DEFAULT_FROM_EMAIL)[1]
    return Visit(
        uid=f"{booking.pk}@callout",
        sequence=booking.sequence,
        starts=starts,
        ends=ends,
        zone=zone_of(booking.time_zone),
        summary=f"{booking.incident_type.display_name or booking.incident_type.name} – {tenant.name}",
        location=one_line(booking.place),
        description=description_of(booking, settings, url),
        url=url,
        organizer=Person(tenant.name, support),
        attendee=Person(contact.full_name, contact.email),
    )
