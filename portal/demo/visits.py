"""Past and coming visits around today, booked by the function that books for customers."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from fieldservice.domain.invoice_work_orders import invoice_work_order
from fieldservice.domain.invoices import issue
from fieldservice.domain.work_orders import change_status, follow_bookings
from fieldservice.enums import WorkOrderStatus
from fieldservice.models import Asset, FunctionalLocation, IncidentType, Invoice
from portal.accounts.models import Account, Contact
from portal.audit.domain import record
from portal.audit.models import AuditEntry
from portal.demo.catalogs import table
from portal.demo.work import do, pretend
from portal.kit import clock
from portal.tenancy.models import Tenant
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.booking import Claim, book_visit
from scheduling.domain.offers import Shown, search_day, times_of
from scheduling.domain.rules import Rules, VisitRequest
from scheduling.enums import UPCOMING_STATUSES, BookingStatus
from scheduling.models import Booking

BOOKED = "demo.visits"
DAYS_TO_TRY = 6
LEAD = dt.timedelta(days=5)
PAST = (-34, -20, -13, -6, -2)
COMING = (1, 3, 8, 15)
# Who has visits, by account number, and on which days from today.
PLANS = {
    "harbor": {
        "H-1001": (*PAST, *COMING),
        "H-1002": (-16, -3, 2, 6),
        **dict.fromkeys(("H-1003", "H-1004", "H-2003", "H-2010", "H-2017", "H-2024"), (-4, 1, 2, 4)),
    },
    "meridian": {"M-2001": (-21, 2, 9), "M-2002": (-9, 1, 5), "M-2003": (-14, -5, 1, 7), "M-2004": (3,)},
    "waha": {"W-3001": (-28, -10, -3, 1, 4, 11), "W-3002": (-7, 2), "W-3003": (1,)},
}


@dataclass(frozen=True)
class Wish:
    """A visit that is wanted some days from today; `number` varies sites, services and times."""

    account: Account
    contact: Contact | None
    days: int
    number: int


def book_visits(tenant: Tenant) -> int:
    """Book the plan of the company, the first time only; how many visits."""
    with tenant_scope(tenant):
        if AuditEntry.objects.filter(action=BOOKED).exists():
            return 0
        booked = [booking for wish in wishes(tenant.slug) if (booking := fulfil(wish))]
        past = [booking for booking in booked if booking.ends_at < clock.now()]
        for booking in past[1::7]:
            cancel(booking)
        record(None, BOOKED, tenant, after={"visits": len(booked)})
    complete_ended(tenant)
    return len(booked)


def complete_ended(tenant: Tenant) -> None:
    """Bring the demo up to today: what has ended was done."""
    with tenant_scope(tenant):
        ended = Booking.objects.filter(status__in=UPCOMING_STATUSES, ends_at__lt=clock.now())
        for booking in ended.select_related("work_order").order_by("pk"):
            with pretend(booking.ends_at):
                do(booking.work_order)
                settle(booking, BookingStatus.COMPLETED)
                charge(booking)


def charge(booking: Booking) -> None:
    """What the visit took is invoiced; shown past the verb, so that nobody gets mails about what is long over."""
    invoice = invoice_work_order(booking.work_order)
    if invoice is not None:
        Invoice.objects.filter(pk=issue(invoice).pk).update(is_exposed=True)


def wishes(slug: str) -> Iterator[Wish]:
    """The plan as wishes, in a stable order."""
    accounts = {account.number: account for account in Account.objects.filter(number__in=PLANS[slug])}
    for number, days in PLANS[slug].items():
        account = accounts.get(number)
        if account is not None:
            contact = Contact.objects.filter(account=account).order_by("user__date_joined", "pk").first()
            for step, day in enumerate(days):
                yield Wish(account, contact, day, step)


def fulfil(wish: Wish) -> Booking | None:
    """Book the first day from the wanted one on that has room, as if some days before it."""
    visit = visit_of(wish)
    if visit is None:
        return None
    now = clock.now()
    wanted = now + dt.timedelta(days=wish.days)
    with pretend(min(now, wanted) - LEAD):
        for later in range(DAYS_TO_TRY):
            day = (wanted + dt.timedelta(days=later)).astimezone(visit.zone).date()
            times = [time for time in times_of(search_day(visit, day)) if is_on_its_side(time, wish, now)]
            if times:
                return book(visit, times[(wish.number * 5 + 2) % len(times)], wish.contact)
    return None


def is_on_its_side(time: Shown, wish: Wish, now: dt.datetime) -> bool:
    """A past visit has ended by now; one to come has not begun."""
    return time.arrives_at < now - dt.timedelta(hours=12) if wish.days < 0 else time.arrives_at > now


def book(visit: VisitRequest, time: Shown, contact: Contact | None, *, rules: Rules | None = None) -> Booking:
    """Book, and let the contact own the visit without the confirmation that went out long ago."""
    booking = book_visit(visit, time.slot, Claim(), rules=rules)
    give_to(booking, contact)
    return booking


def give_to(booking: Booking, contact: Contact | None) -> None:
    """The visit and its work order are this contact's."""
    booking.contact = booking.work_order.reported_by = contact
    booking.save(update_fields=["contact"])
    booking.work_order.save(update_fields=["reported_by"])


def visit_of(wish: Wish) -> VisitRequest | None:
    """A site, a service and an asset of the account that go together."""
    locations = FunctionalLocation.objects.filter(account=wish.account, place__latitude__isnull=False)
    sites = list(locations.select_related("place").order_by("name", "pk")[:12])
    services = [row for row in table(current_tenant().slug, "incident_types") if is_bookable(row)]
    if not sites:
        return None
    for shift, site in zip(range(len(sites)), cycle(sites[wish.number % len(sites) :] + sites), strict=False):
        row = services[(wish.number + shift) % len(services)]
        assets = Asset.objects.filter(location=site, category=row["asset_category"], is_active=True, is_exposed=True)
        asset = assets.order_by("serial_number", "pk").first()
        if asset is not None:
            incident_type = IncidentType.objects.select_related("work_order_type").get(name=row["name"])
            return VisitRequest(wish.account, incident_type, site.place, asset)
    return None


def is_bookable(row: dict[str, str]) -> bool:
    return row["is_self_schedulable"] == "yes" and row["needs_staff"] == "no"


def cancel(booking: Booking) -> None:
    """The customer did not need this one any more."""
    Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.CANCELED, canceled_note="No longer needed.")
    change_status(booking.work_order, WorkOrderStatus.CANCELED)


def settle(booking: Booking, status: BookingStatus) -> None:
    """Give a booking its status, and its work order the one that follows."""
    Booking.objects.filter(pk=booking.pk).update(status=status)
    follow_bookings(booking.work_order, [status])
