"""What a ranking is computed from: partners, what became of their deliveries, and opportunities (PRT-1, PRT-2)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from portal.geo.distance import Point

# The keys of one programme are of one type: they can be compared, and the lowest wins the last tie.
Key = UUID | str | int

NOTHING: frozenset = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """What became of the opportunities that a partner was given, counted from events; its own are not among them.

    `delivered` counts every delivery, answered or not, and those that staff assigned to it. Each was `accepted`,
    `declined`, `expired`, or still waits. Of the accepted ones, `reported` have a first progress report of the partner,
    `returned` went back to the network, `stalled` are open and have not changed their phase for the tenant's number of
    days, `closed` were won or lost, `won` only won. `feedback` counts the delivered ones about which the customer gave
    feedback. `days` are the days from acceptance to closing of all `closed` ones together.
    """

    delivered: int = 0
    accepted: int = 0
    declined: int = 0
    expired: int = 0
    returned: int = 0
    won: int = 0
    feedback: int = 0
    reported: int = 0
    stalled: int = 0
    closed: int = 0
    days: float = 0.0

    def __post_init__(self) -> None:
        """Refuse counts that cannot be: a part above its whole makes a rate above 1, which beats everybody."""
        parts = (self.declined, self.expired, self.reported, self.returned, self.stalled, self.closed, self.won)
        if min(*parts, self.accepted, self.feedback, self.days) < 0:
            raise ValueError("Nothing in a record is below zero.")
        if self.accepted + self.declined + self.expired > self.delivered or self.feedback > self.delivered:
            raise ValueError("Only what was delivered is answered, expires or gets feedback.")
        if max(self.returned + self.stalled + self.closed, self.reported) > self.accepted or self.won > self.closed:
            raise ValueError("Only what was accepted is reported on, returned, stalls or closes; only closed is won.")


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner's criteria (PRT-1), how much it has open, and its record.

    `open_count` counts what takes up `capacity`: opportunities delivered and not yet answered and those in progress,
    without the partner's own. `minimum` and `maximum` bound the estimated revenue, in the programme's currency; None is
    an open end. What is not among `territories`, `lead_types` or `products` is not covered: empty means none.
    `position` None is a location that is not known.
    """

    key: Key
    capacity: int
    open_count: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    territories: frozenset[Key] = NOTHING
    lead_types: frozenset[Key] = NOTHING
    products: frozenset[Key] = NOTHING
    position: Point | None = None
    record: Record = Record()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What is to be distributed.

    `value` (estimated revenue), `lead_type` and `products` restrict nobody where they are missing. `territories` are
    those the customer's address lies in: one of them is enough, and without any nobody is available. `skipped` are the
    partners that declined it, let it expire or returned it.
    """

    key: Key
    value: Decimal | None = None
    territories: frozenset[Key] = NOTHING
    lead_type: Key | None = None
    products: frozenset[Key] = NOTHING
    position: Point | None = None
    skipped: frozenset[Key] = NOTHING
