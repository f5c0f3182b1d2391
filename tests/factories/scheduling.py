"""Resources and bookings."""

import datetime as dt

from portal.kit import clock
from scheduling.domain.links import make_link
from scheduling.enums import BookingStatus
from scheduling.models import (
    BookableResource,
    Booking,
    Characteristic,
    Feedback,
    RequiredCharacteristic,
    ResourceCharacteristic,
    ResourceTerritory,
    SchedulingSettings,
    Survey,
    SurveyQuestion,
    VisitLink,
    WorkingHours,
)
from tests.factories import unique
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_work_order
from tests.factories.geo import make_place

EIGHT, SIX = dt.time(8), dt.time(18)
SHORT_LIFE = dt.timedelta(minutes=10)


def make_settings(**fields) -> SchedulingSettings:
    """The settings of the tenant in scope."""
    settings, _ = SchedulingSettings.objects.update_or_create(defaults=fields)
    return settings


def make_characteristic(**fields) -> Characteristic:
    return Characteristic.objects.create(**{"name": unique("Skill "), **fields})


def make_resource(*, skills=(), territories=(), hours=(EIGHT, SIX), weekdays=range(7), **fields) -> BookableResource:
    """A technician who works every day from 8 to 18; `skills` are characteristics or (characteristic, rating)."""
    if "start_place" not in fields:
        fields["start_place"] = make_place()
    values = {"name": unique("Technician "), "time_zone": "America/New_York"}
    resource = BookableResource.objects.create(**{**values, **fields})
    WorkingHours.objects.bulk_create(
        WorkingHours(resource=resource, weekday=weekday, starts=hours[0], ends=hours[1])
        for weekday in (weekdays if hours else ())
    )
    for skill in skills:
        characteristic, rating = skill if isinstance(skill, tuple) else (skill, None)
        ResourceCharacteristic.objects.create(resource=resource, characteristic=characteristic, rating=rating)
    for territory in territories:
        ResourceTerritory.objects.create(resource=resource, territory=territory)
    return resource


def require(incident_type, characteristic, minimum_rating=None) -> RequiredCharacteristic:
    """Let an incident type need a characteristic."""
    return RequiredCharacteristic.objects.create(
        incident_type=incident_type, characteristic=characteristic, minimum_rating=minimum_rating
    )


def make_booking(*, starts_at=None, minutes=60, travel_minutes=0, **fields) -> Booking:
    """An exposed, scheduled booking of a visible work order; `starts_at` is the arrival (tomorrow by default)."""
    if "resource" not in fields:
        fields["resource"] = make_resource()
    is_hold = fields.get("status") == BookingStatus.HELD
    if "work_order" not in fields and not is_hold:
        fields["work_order"] = make_work_order(**{key: fields[key] for key in ("account", "place") if key in fields})
    source = fields.get("work_order") or make_work_order(**{key: fields[key] for key in ("account",) if key in fields})
    for name in ("account", "incident_type", "place"):
        fields.setdefault(name, getattr(source, name))
    arrives_at = starts_at or clock.now().replace(microsecond=0) + dt.timedelta(days=1)
    zone = fields["place"].zone
    values = {
        "status": BookingStatus.SCHEDULED,
        "leaves_at": arrives_at - dt.timedelta(minutes=travel_minutes),
        "arrives_at": arrives_at,
        "ends_at": arrives_at + dt.timedelta(minutes=minutes),
        "local_date": arrives_at.astimezone(zone).date(),
        "local_time": arrives_at.astimezone(zone).time(),
        "time_zone": zone.key,
        "travel_seconds": travel_minutes * 60,
        "is_exposed": True,
        "created_at": clock.now(),
    }
    if is_hold:
        values["hold_expires_at"] = clock.now() + SHORT_LIFE
    return Booking.objects.create(**{**values, **fields})


def make_survey(*questions, **fields) -> Survey:
    """A survey in use for every language; `questions` are fields of a question, or its text."""
    survey = Survey.objects.create(**{"name": unique("Survey "), **fields})
    for position, given in enumerate(questions, start=1):
        values = {"text": given} if isinstance(given, str) else given
        SurveyQuestion.objects.create(**{"survey": survey, "position": position, **values})
    return survey


def make_feedback(*, rating=5, **fields) -> Feedback:
    """A rating of a completed visit."""
    if "booking" not in fields:
        starts_at = clock.now() - dt.timedelta(days=2)
        fields["booking"] = make_booking(status=BookingStatus.COMPLETED, starts_at=starts_at)
    return Feedback.objects.create(**{"rating": rating, "created_at": clock.now(), **fields})


def make_visit_link(**fields) -> VisitLink:
    """A link in a message to a visit of its contact."""
    contact = make_approver()
    make_link(make_booking(**{"account": contact.account, "contact": contact, **fields}), contact)
    return VisitLink.objects.order_by("-created_at", "-pk").first()
