"""What other weights would have changed: recorded distributions are ranked again, and nothing is written (PRT-5).

Each distribution is looked at by itself, as it saw the partners then. What would have followed from another choice, other partners'
room and later records, is not played through: it would be guessed.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import compress
from uuid import UUID

from partners.domain.asking import asked_in
from partners.engine.metrics import NEUTRAL, Rates, filled
from partners.engine.ranking import Programme, Standing, best
from partners.engine.weights import Weights
from partners.enums import Seen
from partners.models import DistributionRun
from partners.queries.candidates import KEPT, partner_of
from portal.accounts.models import Account
from portal.kit import clock

DAYS = 90
# The newest distributions first, until so many of them, or so many lines of their tables, were ranked again.
MOST_RUNS = 500
MOST_LINES = 300_000
MOST_SHOWN = 100
CHUNK = 25
# Who lacks one of these cannot have been available; room and revenue the engine looks at.
NEEDED = int(Seen.ACTIVE | Seen.TERRITORY | Seen.LEAD_TYPE | Seen.PRODUCTS)


@dataclass(frozen=True, slots=True)
class Changed:
    """A distribution that another partner would have got."""

    run: DistributionRun
    winner: Account | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What one partner would have lost and gained."""

    account: Account
    lost: int
    gained: int

    @property
    def difference(self) -> int:
        return self.gained - self.lost


@dataclass(slots=True)
class Simulation:
    """What came of it. `is_cut`: there were more distributions than were ranked again, all of them older than `since`."""

    since: dt.datetime
    ranked: int = 0
    changed_count: int = 0
    is_cut: bool = False
    changed: list[Changed] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)

    @property
    def is_shortened(self) -> bool:
        """Whether more changed than is listed."""
        return self.changed_count > len(self.changed)


def simulate(weights: Weights) -> Simulation:
    """The distributions of the last DAYS days with these weights."""
    found = Simulation(since=clock.now() - dt.timedelta(days=DAYS))
    lost: Counter[UUID] = Counter()
    gained: Counter[UUID] = Counter()
    changed: dict[UUID, Standing | None] = {}
    for run in runs_of(found):
        standing = best_with(run, weights)
        winner = standing.key if standing else None
        if winner == run.winner_id:
            continue
        found.changed_count += 1
        lost.update(filter(None, [run.winner_id]))
        gained.update(filter(None, [winner]))
        if len(changed) < MOST_SHOWN:
            changed[run.pk] = standing
    accounts = Account.objects.in_bulk([*lost, *gained])
    found.changed = changed_runs(changed, accounts)
    balances = [Balance(account, lost[key], gained[key]) for key, account in accounts.items()]
    found.balances = sorted(balances, key=lambda each: (-each.difference, each.account.name, each.account.pk))
    return found


def changed_runs(changed: dict[UUID, Standing | None], accounts: dict[UUID, Account]) -> list[Changed]:
    """The runs to be listed, the newest first, read without their tables."""
    runs = DistributionRun.objects.filter(pk__in=changed).select_related("opportunity", "winner").order_by("-at", "-pk")
    return [
        Changed(run, accounts[standing.key], standing.score) if standing else Changed(run, None, None)
        for run in runs
        for standing in [changed[run.pk]]
    ]


def best_with(run: DistributionRun, weights: Weights) -> Standing | None:
    """Who would have got it with these weights; None where nobody was available."""
    asked = asked_in(run)
    wanted = [flags & NEEDED == NEEDED for flags in run.table.flags]
    columns = (getattr(run.table, name) for name in ("partners", *KEPT))
    possible = [partner_of(asked, *facts) for facts in zip(*(compress(each, wanted) for each in columns), strict=True)]
    return best(asked, Programme(possible, filled(Rates(*run.table.prior), NEUTRAL)), weights).winner


def runs_of(found: Simulation) -> Iterator[DistributionRun]:
    """The recorded distributions, the newest first, until the limits; a few tables are in memory at a time."""
    rows = DistributionRun.objects.filter(at__gte=found.since).select_related("table").order_by("-at", "-pk")
    lines = 0
    for start in range(0, MOST_RUNS + 1, CHUNK):
        for run in rows[start : start + CHUNK]:
            lines += run.partner_count
            if found.ranked == MOST_RUNS or (found.ranked and lines > MOST_LINES):
                found.is_cut = True
                return
            found.ranked += 1
            yield run
