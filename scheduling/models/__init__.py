"""Resources, calendars, requirements, bookings, settings."""

from scheduling.models.bookings import Booking
from scheduling.models.calendars import BusinessClosure, OpeningHours, TimeOff, WorkingHours
from scheduling.models.earlier import EarlierOffer, EarlierWish
from scheduling.models.feedback import Feedback, FeedbackAnswer, Survey, SurveyQuestion
from scheduling.models.positions import CalendarFeed, TechnicianPosition, VisitLink
from scheduling.models.requirements import RequiredCharacteristic
from scheduling.models.reservations import Reservation
from scheduling.models.resources import (
    BookableResource,
    Characteristic,
    ResourceCharacteristic,
    ResourcePreference,
    ResourceTerritory,
)
from scheduling.models.searches import SlotSearch
from scheduling.models.settings import ArrivalWindow, ExcludedAccount, SchedulingSettings, VisitReminder
from scheduling.models.shares import BookingShare
from scheduling.models.timestamps import BookingTimestamp

__all__ = [
    "ArrivalWindow",
    "BookableResource",
    "Booking",
    "BookingShare",
    "BookingTimestamp",
    "BusinessClosure",
    "CalendarFeed",
    "Characteristic",
    "EarlierOffer",
    "EarlierWish",
    "ExcludedAccount",
    "Feedback",
    "FeedbackAnswer",
    "OpeningHours",
    "RequiredCharacteristic",
    "Reservation",
    "ResourceCharacteristic",
    "ResourcePreference",
    "ResourceTerritory",
    "SchedulingSettings",
    "SlotSearch",
    "Survey",
    "SurveyQuestion",
    "TechnicianPosition",
    "TimeOff",
    "VisitLink",
    "VisitReminder",
    "WorkingHours",
]
