"""The whole table of a distribution, computed again from what the run kept (PRT-5)."""

from typing import NamedTuple
from uuid import UUID

from partners.domain.asking import asked_in
from partners.engine.metrics import NEUTRAL, Rates, filled
from partners.engine.programme import Opportunity as Asked
from partners.engine.ranking import Programme, Row, table
from partners.engine.weights import Weights
from partners.models import DistributionRun
from partners.queries.candidates import columns_of, partner_of


class Kept(NamedTuple):
    """What a run saw, as the engine reads it: to rank it again, with the same weights or with others."""

    asked: Asked
    programme: Programme
    weights: Weights


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
    return next((row for row in table_of(run) if row.partner.key == account_id), None)
