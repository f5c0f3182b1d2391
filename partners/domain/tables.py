"""The whole table of a distribution, computed again from what the run kept (PRT-5)."""

from typing import NamedTuple
from uuid import UUID

from partners.domain.asking import asked_in
from partners.engine.metrics import NEUTRAL, Rates, filled
from partners.engine.programme import Opportunity as Asked
from partners.engine.ranking import Programme, Ranked, Row, ranking, row, table
from partners.engine.weights import Weights
from partners.models import DistributionRun
from partners.queries.candidates import columns_of, partner_of


class Kept(NamedTuple):
    """What a run saw, as the engine reads it: to rank it again, with the same weights or with others."""

    asked: Asked
    programme: Programme
    weights: Weights

    def ranking(self) -> tuple[Ranked, ...]:
        """Every partner in the order of the table; give those that are looked at to `row`."""
        return ranking(*self)

    def row(self, ranked: Ranked) -> Row:
        """The whole line of one of them: each metric, weight and product."""
        return row(ranked, *self)


def kept_by(run: DistributionRun) -> Kept:
    """Everything that this run was computed from."""
    asked = asked_in(run)
    prior = filled(Rates(*run.table.prior), NEUTRAL)
    partners = [partner_of(asked, *facts) for facts in columns_of(run.table)]
    return Kept(asked, Programme(partners, prior), Weights.from_settings(run.weights))


def table_of(run: DistributionRun) -> tuple[Row, ...]:
    """Every partner: available or why not, each metric, weight, product, the sum and the place. Keys are ids of accounts."""
    return table(*kept_by(run))


def row_of(run: DistributionRun, account_id: UUID) -> Row | None:
    """The line of one partner, for that partner's own eyes; None where it was not in the programme then."""
    kept = kept_by(run)
    return next((kept.row(each) for each in kept.ranking() if each.partner.key == account_id), None)
