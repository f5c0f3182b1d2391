"""What is asked for and by which rules it is searched: rows read once, as values."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from fieldservice.models import Asset, IncidentType
from portal.accounts.models import Account
from portal.geo.models import Place
from portal.tenancy.compiled import Compiled
from scheduling.engine.availability import grid
from scheduling.engine.types import WeeklyHours
from scheduling.enums import SlotMode
from scheduling.models import ArrivalWindow, SchedulingSettings
from scheduling.queries.candidates import site_rules


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """A service at a site of an account, for an asset or none."""

    account: Account
    incident_type: IncidentType
    place: Place
    asset: Asset | None = None

    @property
    def territory_id(self) -> UUID | None:
        """The account's territory when staff set one, else the site's."""
        return self.account.territory_id or self.place.territory_id

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.time_zone)

    @property
    def duration(self) -> int:
        """Seconds."""
        return self.incident_type.duration_minutes * 60


@dataclass(frozen=True, slots=True)
class Promise:
    """An arrival window of the tenant, in wall time."""

    name: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Rules:
    """The tenant's settings, its arrival windows, the site's opening hours, and whether the account is excluded."""

    settings: SchedulingSettings
    windows: tuple[Promise, ...]
    opening_hours: tuple[WeeklyHours, ...]
    is_excluded: bool

    @property
    def uses_windows(self) -> bool:
        return self.settings.slot_mode == SlotMode.WINDOWS and bool(self.windows)

    @property
    def maximum_metres(self) -> int | None:
        kilometres = self.settings.maximum_travel_km
        return None if kilometres is None else kilometres * 1000

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """The first and the last instant at which a visit may begin."""
        settings = self.settings
        return now + timedelta(minutes=settings.notice_minutes), now + timedelta(days=settings.horizon_days)

    def first_day(self, zone: ZoneInfo, now: datetime) -> date:
        """The first local day on which a visit may begin."""
        return self.span(now)[0].astimezone(zone).date()

    def last_day(self, zone: ZoneInfo, now: datetime) -> date:
        """The last local day on which a visit may begin."""
        return self.span(now)[1].astimezone(zone).date()

    def arrivals(self, visit: VisitRequest, first: date, last: date, now: datetime) -> tuple[int, ...]:
        """The arrivals to try on these local days, within notice and horizon."""
        return grid(
            first,
            visit.place.time_zone,
            self.settings.grid_minutes * 60,
            self.settings.day_starts,
            _after(self.settings.day_ends),
            int(now.timestamp()),
            self.settings.notice_minutes * 60,
            self.settings.horizon_days * 86_400,
            last_day=last,
        )


settings_row = Compiled(lambda: SchedulingSettings.objects.order_by("pk")[:1])


def load_settings() -> SchedulingSettings:
    """The tenant's settings; the defaults where staff have not set any."""
    return settings_row.first() or SchedulingSettings()


def load_rules(visit: VisitRequest) -> Rules:
    """The rules for this visit: three queries, two with exact times."""
    settings = load_settings()
    windows: tuple[Promise, ...] = ()
    if settings.slot_mode == SlotMode.WINDOWS:
        rows = ArrivalWindow.objects.order_by("starts")
        windows = tuple(Promise(row.name, row.starts, row.ends) for row in rows)
    hours, is_excluded = site_rules(visit.place.pk, visit.account.pk)
    return Rules(settings, windows, tuple(WeeklyHours(*row) for row in hours), is_excluded)


def _after(last: time) -> time:
    """The grid ends before its end; the last start itself is meant to be offered."""
    return (datetime.combine(date.min, last) + timedelta(minutes=1)).time()
