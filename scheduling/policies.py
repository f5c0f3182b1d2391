"""What a viewer may do with visits, each with its reason (SCH-1, SCH-6)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from fieldservice.models import Asset, IncidentType
from portal.access.viewer import Viewer
from portal.accounts.enums import Section
from portal.accounts.models import Account
from portal.kit import clock
from portal.kit.verdicts import ALLOWED, Verdict, denied
from scheduling.enums import AT_WORK, BookingStatus
from scheduling.models import Booking, SchedulingSettings


def can_open_booking(viewer: Viewer) -> Verdict:
    """Whether the viewer books at all."""
    if not viewer.may_decide(Section.SCHEDULING):
        return denied(
            _("Your web role lets you see visits, not book them. Ask a colleague who may, or your service company.")
        )
    return ALLOWED


def can_book(viewer: Viewer, account: Account) -> Verdict:
    """Whether the viewer books for this account."""
    opened = can_open_booking(viewer)
    if not opened:
        return opened
    if not viewer.may_decide(Section.SCHEDULING, account.pk):
        return denied(_("You cannot book for this account."))
    return ALLOWED


def can_request(viewer: Viewer, asset: Asset) -> Verdict:
    """Whether the viewer asks for service on this asset (FS-6)."""
    if not asset.is_active:
        return denied(_("This asset is out of service."))
    return can_book(viewer, asset.account)


def can_schedule_self(settings: SchedulingSettings, incident_type: IncidentType, *, is_excluded: bool) -> Verdict:
    """Whether times may be offered, or the customer sends a request that staff schedule (SCH-1)."""
    if not settings.is_open:
        return denied(_("Online booking is closed at the moment. Send a request and we will call you."))
    if is_excluded:
        return denied(_("Visits for this account are arranged personally. Send a request and we will call you."))
    if incident_type.needs_staff or not incident_type.work_order_type.is_self_schedulable:
        return denied(_("This service is planned with you personally. Send a request and we will call you."))
    return ALLOWED


def can_change(viewer: Viewer, booking: Booking, settings: SchedulingSettings) -> Verdict:
    """Whether the viewer may still move or cancel this visit (SCH-5)."""
    if not viewer.may_decide(Section.SCHEDULING, booking.account_id):
        return denied(_("Your web role lets you see visits, not change them."))
    return change_is_open(booking, settings)


def change_is_open(booking: Booking, settings: SchedulingSettings, *, has_cut_off: bool = True) -> Verdict:
    """Whether the visit's own state lets it be moved or canceled; the tenant's cut-off binds customers only (SCH-5)."""
    if booking.status in AT_WORK:
        return denied(_("The technician is at work."))
    if booking.status == BookingStatus.TRAVELING:
        return denied(_("The technician is on the way."))
    if booking.status != BookingStatus.SCHEDULED:
        return denied(_("This visit cannot be changed any more."))
    if (
        has_cut_off
        and not runs_late(booking, settings)
        and booking.arrives_at - clock.now() < timedelta(minutes=settings.cut_off_minutes)
    ):
        return denied(_("It is too late to change this visit online. Please call us."))
    return ALLOWED


def promised_until(booking: Booking) -> datetime:
    """The latest arrival that was promised: the end of the window, or the exact arrival."""
    return booking.window_ends_at or booking.arrives_at


def runs_late(booking: Booking, settings: SchedulingSettings) -> bool:
    """Whether the customer was told of a later arrival, and it is still expected (SCH-15)."""
    if booking.status != BookingStatus.SCHEDULED or not booking.told_arrival_at or not booking.estimated_arrival_at:
        return False
    return booking.estimated_arrival_at >= promised_until(booking) + timedelta(minutes=settings.late_from_minutes)


def can_choose_when_late(viewer: Viewer, booking: Booking, settings: SchedulingSettings) -> Verdict:
    """Whether the viewer may take another technician or day since the visit runs late (SCH-15)."""
    if not viewer.may_decide(Section.SCHEDULING, booking.account_id):
        return denied(_("Your web role lets you see visits, not change them."))
    if not runs_late(booking, settings):
        return denied(_("This visit is not running late any more."))
    return ALLOWED


def can_wish_earlier(viewer: Viewer, booking: Booking, settings: SchedulingSettings) -> Verdict:
    """Whether the viewer may ask to hear of earlier times (SCH-14)."""
    if not viewer.may_decide(Section.SCHEDULING, booking.account_id):
        return denied(_("Your web role lets you see visits, not change them."))
    if not settings.offers_earlier or booking.status != BookingStatus.SCHEDULED:
        return denied(_("For this visit no earlier times are offered."))
    if booking.arrives_at - clock.now() < timedelta(minutes=settings.notice_minutes):
        return denied(_("The visit is so near that no earlier time can be arranged."))
    return ALLOWED


def can_give_feedback(viewer: Viewer, booking: Booking, settings: SchedulingSettings) -> Verdict:
    """Whether the visit is over and the viewer's to rate (SCH-9)."""
    if not settings.surveys_are_on or booking.status != BookingStatus.COMPLETED:
        return denied(_("Only visits that are completed can be rated."))
    if booking.contact_id != viewer.contact_id and not viewer.may_decide(Section.SCHEDULING, booking.account_id):
        return denied(_("Who booked the visit, or decides for your company, rates it."))
    return ALLOWED
