"""Resources, calendars, requirements, bookings, settings."""

from scheduling.models.bookings import Booking
from scheduling.models.calendars import BusinessClosure, OpeningHours, TimeOff, WorkingHours
from scheduling.models.requirements import RequiredCharacteristic
from scheduling.models.resources import (
    BookableResource,
    Characteristic,
    ResourceCharacteristic,
    ResourcePreference,
    ResourceTerritory,
)
from scheduling.models.searches import SlotSearch
from scheduling.models.settings import ArrivalWindow, ExcludedAccount, SchedulingSettings
from scheduling.models.shares import BookingShare

__all__ = [
    "ArrivalWindow",
    "BookableResource",
    "Booking",
    "BookingShare",
    "BusinessClosure",
    "Characteristic",
    "ExcludedAccount",
    "OpeningHours",
    "RequiredCharacteristic",
    "ResourceCharacteristic",
    "ResourcePreference",
    "ResourceTerritory",
    "SchedulingSettings",
    "SlotSearch",
    "TimeOff",
    "WorkingHours",
]
