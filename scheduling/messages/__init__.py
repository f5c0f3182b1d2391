"""Mails about visits."""

from scheduling.messages.bookings import BookingCanceled, BookingChanged, BookingConfirmed, BookingReminder
from scheduling.messages.visits import RunningLate, TechnicianOnTheWay, VisitCompleted

__all__ = [
    "BookingCanceled",
    "BookingChanged",
    "BookingConfirmed",
    "BookingReminder",
    "RunningLate",
    "TechnicianOnTheWay",
    "VisitCompleted",
]
