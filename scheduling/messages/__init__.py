"""Mails about visits."""

from scheduling.messages.bookings import BookingCanceled, BookingChanged, BookingConfirmed, BookingReminder
from scheduling.messages.earlier import EarlierTimeOffered
from scheduling.messages.visits import RunningLate, TechnicianOnTheWay, VisitCompleted

__all__ = [
    "BookingCanceled",
    "BookingChanged",
    "BookingConfirmed",
    "BookingReminder",
    "EarlierTimeOffered",
    "RunningLate",
    "TechnicianOnTheWay",
    "VisitCompleted",
]
