"""Setups of agreements: their dates are planned ahead as rows, and follow what staff change (FS-2, DYNAMICS 3.6).

Planning looks at the days after `planned_until`, up to the end of a month so and so far ahead or the end of the term: dates that are missing are
added, those still to come that the recurrence no longer has go, and when each is generated is reckoned anew. What was processed or
left out stays. Whoever sets `planned_until` back has everything from that day on planned anew.
"""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.recurrences import recurrence_of
from fieldservice.engine.recurrence import dates, instant_at
from fieldservice.enums import AgreementStatus, DateStatus
from fieldservice.models import Agreement, BookingDate, BookingSetup, FieldServiceSettings, InvoiceDate, InvoiceSetup
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant

Setup = BookingSetup | InvoiceSetup
SetupDate = BookingDate | InvoiceDate
DAY = dt.timedelta(days=1)


def load_settings() -> FieldServiceSettings:
    """The tenant's settings, or their defaults."""
    return FieldServiceSettings.objects.order_by("pk").first() or FieldServiceSettings()


def horizon(day: dt.date, settings: FieldServiceSettings) -> dt.date:
    """Up to which day dates are planned: the end of a month, so that there is something to plan once a month only."""
    return day + relativedelta(months=settings.dates_months_ahead, day=31)


def generated_at(setup: Setup, date: dt.date, settings: FieldServiceSettings) -> dt.datetime:
    """When a date is turned into a work order or invoice: so many days ahead, at the time of generation in the tenant's zone.

    A work order is there on the first day of its window at the latest.
    """
    if isinstance(setup, BookingSetup):
        usual, least = settings.work_order_days_ahead, setup.days_before
    else:
        usual, least = settings.invoice_days_ahead, 0
    ahead = max(usual if setup.days_ahead is None else setup.days_ahead, least)
    time = setup.agreement.generation_time or settings.generation_time
    return instant_at(date - ahead * DAY, time, current_tenant().zone)


def plan(setup: Setup, settings: FieldServiceSettings) -> None:
    """Plan the days after `planned_until` of a locked setup with its agreement."""
    if setup.planned_until is None:
        return
    agreement = setup.agreement
    first = max(setup.planned_until + DAY, agreement.start_date)
    last = min(horizon(today(), settings), agreement.end_date)
    wanted = {each: generated_at(setup, each, settings) for each in dates(recurrence_of(setup, agreement), first, last)}
    known = {each.date: each for each in setup.dates.filter(date__gte=first)}
    fresh = [setup.dates.model(setup=setup, date=each, due_at=at) for each, at in wanted.items() if each not in known]
    setup.dates.bulk_create(fresh, ignore_conflicts=True)
    waiting = [each for each in known.values() if each.status == DateStatus.ACTIVE]
    gone = [
        each.pk for each in waiting if each.date not in wanted and (each.date <= last or each.date > agreement.end_date)
    ]
    setup.dates.filter(pk__in=gone, status=DateStatus.ACTIVE).delete()
    moved = [each for each in waiting if each.date in wanted and each.due_at != wanted[each.date]]
    for each in moved:
        setup.dates.filter(pk=each.pk, status=DateStatus.ACTIVE).update(due_at=wanted[each.date])
    setup.planned_until = None if last >= agreement.end_date else max(last, setup.planned_until)
    setup.save(update_fields=["planned_until"])


@transaction.atomic
def rebuild(setup: Setup) -> Setup:
    """Bring the dates to come in line with the setup as it is now; what had a problem is tried again.

    The dates of a setup that is not active any more are taken away. Nothing happens while the agreement is not active.
    """
    locked = lock_setup(setup)
    if locked.agreement.status != AgreementStatus.ACTIVE:
        return locked
    if not locked.is_active:
        locked.dates.filter(status=DateStatus.ACTIVE).delete()
        locked.planned_until = None
        locked.save(update_fields=["planned_until"])
        return locked
    locked.dates.filter(status=DateStatus.ACTIVE, attempts__gt=0).update(attempts=0, problem="", due_at=clock.now())
    locked.planned_until = today() - DAY
    plan(locked, load_settings())
    return locked


def rebuild_all(agreement: Agreement) -> None:
    """The same for every setup of an agreement whose term or time of generation changed."""
    for model in (BookingSetup, InvoiceSetup):
        for setup in model.objects.filter(agreement=agreement).order_by("pk"):
            rebuild(setup)


@transaction.atomic
def rebuild_later() -> int:
    """Have the dates of all active agreements planned anew by the next sweep, since the tenant's settings changed; how many setups."""
    planned = {"is_active": True, "agreement__status": AgreementStatus.ACTIVE}
    return sum(
        model.objects.filter(**planned).update(planned_until=today() - DAY) for model in (BookingSetup, InvoiceSetup)
    )


def begin(agreement: Agreement, first_date: dt.date) -> None:
    """Plan every active setup of an agreement from this day on."""
    settings = load_settings()
    for model in (BookingSetup, InvoiceSetup):
        setups = model.objects.filter(agreement=agreement, is_active=True).order_by("pk")
        for setup in setups.select_for_update(of=("self",), no_key=True).select_related("agreement"):
            setup.planned_until = first_date - DAY
            plan(setup, settings)


def stop(agreement: Agreement, *, after: dt.date | None = None) -> int:
    """Leave out the dates still to come (those later than `after`, where given), and plan no more; how many dates."""
    count = 0
    for setups, days in ((BookingSetup, BookingDate), (InvoiceSetup, InvoiceDate)):
        setups.objects.filter(agreement=agreement).update(planned_until=None)
        waiting = days.objects.filter(setup__agreement=agreement, status=DateStatus.ACTIVE)
        if after is not None:
            waiting = waiting.filter(date__gt=after)
        count += waiting.update(status=DateStatus.CANCELED, problem="")
    return count


# Single dates.


@transaction.atomic
def leave_out(date: SetupDate, *, by=None) -> SetupDate:
    """Nothing is generated on this date; audited. Repeating it changes nothing. Raises DomainError once it was processed."""
    locked = lock_date(date)
    if locked.status == DateStatus.PROCESSED:
        raise DomainError(_("This date was processed already."))
    return _move(locked, DateStatus.CANCELED, by)


@transaction.atomic
def take_back(date: SetupDate, *, by=None) -> SetupDate:
    """Have a date generated after all that was left out; audited. Raises DomainError unless its agreement is active."""
    locked = lock_date(date)
    if locked.status != DateStatus.CANCELED:
        return locked
    if locked.setup.agreement.status != AgreementStatus.ACTIVE:
        raise DomainError(_("The agreement is not active."))
    locked.due_at = generated_at(locked.setup, locked.date, load_settings())
    return _move(locked, DateStatus.ACTIVE, by)


def _move(locked: SetupDate, to: DateStatus, by) -> SetupDate:
    before = locked.status
    if before == to:
        return locked
    locked.status, locked.attempts, locked.problem = to, 0, ""
    locked.save(update_fields=["status", "attempts", "problem", "due_at"])
    day = {"date": locked.date.isoformat()}
    action = f"{locked._meta.model_name}.{'leave_out' if to == DateStatus.CANCELED else 'take_back'}"
    record(by, action, locked.setup, before={"status": before, **day}, after={"status": to, **day})
    return locked


def lock_setup(setup: Setup) -> Setup:
    """The row as it is now with its agreement, locked until the transaction ends; rows that refer to it may still be written."""
    rows = type(setup).objects.select_for_update(of=("self",), no_key=True).select_related("agreement")
    return rows.get(pk=setup.pk)


def lock_date(date: SetupDate) -> SetupDate:
    """The row as it is now with setup and agreement, locked until the transaction ends."""
    rows = type(date).objects.select_for_update(of=("self",), no_key=True).select_related("setup__agreement")
    return rows.get(pk=date.pk)
