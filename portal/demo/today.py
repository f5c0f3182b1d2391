"""What the demo shows of today: a technician on the way at this moment, and the next days of the one who signs in."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from fieldservice.models import Asset, FunctionalLocation, IncidentType
from portal.accounts.models import Account, Contact
from portal.demo.catalogs import table
from portal.demo.people import TECHNICIANS
from portal.demo.visits import LEAD, PLANS, book, give_to, is_bookable
from portal.demo.work import pretend
from portal.geo.distance import Point
from portal.geo.models import Place
from portal.kit import clock
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from scheduling.domain.offers import search_day, times_of
from scheduling.domain.rules import Rules, VisitRequest, load_rules
from scheduling.domain.search import begin, load_candidates
from scheduling.domain.tracking import Fix, record_position, set_sharing
from scheduling.domain.visits import Step, set_off
from scheduling.enums import BookingStatus
from scheduling.models import BookableResource, Booking, TechnicianPosition, WorkingHours

SOON = dt.timedelta(hours=1)
# On call: from a while ago until what was booked is done.
BEFORE, AFTER = dt.timedelta(hours=2), dt.timedelta(hours=5)
SITES_TO_TRY = 12
ASSETS_TO_TRY, PLACES_TO_TRY = 60, 200
RESOURCES_TO_TRY = 8
# A whole week: who signs in before a weekend has work after it.
VISITS_AHEAD, DAYS_AHEAD = 4, 7
TRIES_AHEAD = 3 * DAYS_AHEAD
ACCURACY_METRES = 12
# Degrees around where a technician starts.
NEAR_BY = 0.05


def fill_today(tenant: Tenant) -> None:
    """One visit of the company is on the way; who signs in as technician has something to do."""
    with tenant_scope(tenant):
        own = technicians(tenant.slug)
        if not under_way().exists():
            send_somebody(tenant, own)
        for booking in under_way().select_related("resource__start_place", "place"):
            show_on_map(booking)
        for technician in own:
            give_work(tenant, technician)


def under_way() -> QuerySet[Booking]:
    """Visits to which somebody is on the way now."""
    return Booking.objects.filter(status=BookingStatus.TRAVELING, ends_at__gt=clock.now()).order_by("pk")


def technicians(slug: str) -> list[BookableResource]:
    """Those who have a login."""
    emails = [email for email, _number in TECHNICIANS.get(slug, ())]
    return list(BookableResource.objects.filter(user__email__in=emails).select_related("start_place").order_by("pk"))


def visits_for(slug: str, assets: QuerySet[Asset]) -> Iterator[VisitRequest]:
    """What customers could book for these assets: a service that fits each."""
    services = {
        row["asset_category"]: row["name"] for row in reversed(table(slug, "incident_types")) if is_bookable(row)
    }
    shown = assets.filter(is_active=True, is_exposed=True, category__in=services, location__isnull=False)
    for asset in shown.select_related("location__place", "account")[:ASSETS_TO_TRY]:
        if asset.location.place.point is None:
            continue
        incident_type = IncidentType.objects.select_related("work_order_type").get(name=services[asset.category])
        yield VisitRequest(asset.account, incident_type, asset.location.place, asset)


def send_somebody(tenant: Tenant, own: list[BookableResource]) -> None:
    """Somebody drives to the first customer now: by the hours of the day, outside of them a technician on call."""
    number = next(iter(PLANS[tenant.slug]))
    account = Account.objects.filter(number=number).order_by("pk").first()
    assets = Asset.objects.filter(account=account).order_by("location__name", "serial_number", "pk")
    visits = list(islice(visits_for(tenant.slug, assets), SITES_TO_TRY))
    contact = Contact.objects.filter(account=account).order_by("user__date_joined", "pk").first()
    if drive(visits, contact, {each.pk for each in own}) or drive(visits, contact):
        return
    if any(load_rules(visit).uses_windows for visit in visits):
        return
    others = BookableResource.objects.filter(is_active=True, user=None).order_by("external_number", "pk")
    for technician in [*own, *others[:RESOURCES_TO_TRY]]:
        with on_call(technician):
            if drive(visits, contact, {technician.pk}):
                return


def drive(visits: Iterable[VisitRequest], contact: Contact | None, own: set[UUID] | None = None) -> bool:
    """Book an arrival within the hour, of `own` technicians where named, and set off; False when there is none."""
    now = clock.now()
    for visit in visits:
        rules = by_telephone(load_rules(visit))
        today = now.astimezone(visit.zone).date()
        search = load_candidates(begin(visit, rules, first=today, last=today + dt.timedelta(days=1)))
        search.measure()
        for time in times_of(search):
            if now < time.arrives_at < now + SOON and (own is None or time.resource_id in own):
                booking = book(visit, time, None, rules=rules)
                set_sharing(booking.resource, is_on=True)
                set_off(booking, Step(booking.resource, booking.resource.user))
                booking.refresh_from_db()
                # Theirs only now: nobody gets mails about it.
                give_to(booking, contact)
                return True
    return False


def show_on_map(booking: Booking) -> None:
    """The phone told its position just now: half way to the site."""
    site, start = booking.place.point, booking.resource.start_place
    if site is None:
        return
    origin = start.point if start and start.point else Point(site.latitude + NEAR_BY, site.longitude)
    TechnicianPosition.objects.filter(booking=booking).delete()
    half_way = Point((origin.latitude + site.latitude) / 2, (origin.longitude + site.longitude) / 2)
    record_position(booking, booking.resource, Fix(half_way, ACCURACY_METRES, clock.now()))


def by_telephone(rules: Rules) -> Rules:
    """As staff book for a caller: at every hour somebody works, without notice."""
    settings = copy(rules.settings)
    settings.day_starts, settings.day_ends, settings.notice_minutes = dt.time(0), dt.time(23, 59), 0
    return replace(rules, settings=settings)


@contextmanager
def on_call(technician: BookableResource) -> Iterator[None]:
    """Let the technician be on duty around now; the shift is not kept, for it would come again each week."""
    now = clock.now().astimezone(ZoneInfo(technician.time_zone)).replace(second=0, microsecond=0)
    starts, ends = now - BEFORE, now + AFTER
    shift = WorkingHours.objects.create(
        resource=technician, weekday=starts.weekday(), starts=starts.time(), ends=ends.time()
    )
    try:
        yield
    finally:
        shift.delete()


def give_work(tenant: Tenant, technician: BookableResource) -> None:
    """Some visits of the next days near where the technician starts, as far as the search sends this one."""
    now = clock.now()
    start = technician.start_place.point if technician.start_place else None
    ahead = Booking.objects.filter(resource=technician, status=BookingStatus.SCHEDULED, ends_at__gt=now)
    if start is None or ahead.exists():
        return
    visits = list(islice(visits_for(tenant.slug, assets_near(start)), TRIES_AHEAD))
    booked = 0
    for number, visit in enumerate(visits):
        if booked < VISITS_AHEAD:
            booked += book_with(technician, visit, now + dt.timedelta(days=number % DAYS_AHEAD))


def assets_near(start: Point) -> QuerySet[Asset]:
    """Assets around a point. Step by step: right after an import nobody knows yet how many rows a join would bring."""
    places = Place.objects.filter(
        latitude__range=(start.latitude - NEAR_BY, start.latitude + NEAR_BY),
        longitude__range=(start.longitude - NEAR_BY, start.longitude + NEAR_BY),
    )
    place_ids = list(places.order_by("pk").values_list("pk", flat=True)[:PLACES_TO_TRY])
    locations = FunctionalLocation.objects.filter(place__in=place_ids).order_by("pk")
    return Asset.objects.filter(location__in=list(locations.values_list("pk", flat=True))).order_by(
        "location__name", "pk"
    )


def book_with(technician: BookableResource, visit: VisitRequest, day: dt.datetime) -> bool:
    """Book the first time of the day that would be this technician's; False when there is none."""
    now = clock.now()
    with pretend(now - LEAD):
        for time in times_of(search_day(visit, day.astimezone(visit.zone).date())):
            if time.resource_id == technician.pk and time.arrives_at > now:
                book(visit, time, Contact.objects.filter(account=visit.account).order_by("pk").first())
                return True
    return False
