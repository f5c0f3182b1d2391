"""How distributions are told to people: reasons, metrics and what changed, in words and local figures (PRT-5)."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.engine.eligibility import Reason
from partners.engine.ranking import Cell
from partners.engine.weights import RANGES, Metric
from partners.enums import EventKind, OpportunityStatus, Phase, Registration
from partners.models import OpportunityEvent

REASONS = {
    Reason.INACTIVE: gettext_lazy("Takes no opportunities at the moment."),
    Reason.SKIPPED: gettext_lazy("Had this opportunity before."),
    Reason.CAPACITY: gettext_lazy("Had no room for another opportunity."),
    Reason.BELOW_MINIMUM: gettext_lazy("The estimated revenue is below its range."),
    Reason.ABOVE_MAXIMUM: gettext_lazy("The estimated revenue is above its range."),
    Reason.NO_TERRITORY: gettext_lazy("The customer's address lies in no territory."),
    Reason.TERRITORY: gettext_lazy("The customer's address lies outside its territories."),
    Reason.LEAD_TYPE: gettext_lazy("Does not take this lead type."),
    Reason.PRODUCTS: gettext_lazy("Does not cover all products."),
}
METRICS = {
    Metric.DISTANCE: gettext_lazy("Distance"),
    Metric.WIN_RATE: gettext_lazy("Win rate"),
    Metric.RETURN_RATE: gettext_lazy("Return rate"),
    Metric.FEEDBACK_RATE: gettext_lazy("Customer feedback rate"),
    Metric.STALL_RATE: gettext_lazy("Stall rate"),
    Metric.TOUCH_RATE: gettext_lazy("Touch rate"),
    Metric.DAYS_TO_CLOSE: gettext_lazy("Days to close"),
}
MEANINGS = {
    Metric.DISTANCE: gettext_lazy("Kilometres from the partner to the customer, as the crow flies."),
    Metric.WIN_RATE: gettext_lazy("Won, of those delivered."),
    Metric.RETURN_RATE: gettext_lazy("Given back, of those accepted."),
    Metric.FEEDBACK_RATE: gettext_lazy("With feedback of the customer, of those delivered."),
    Metric.STALL_RATE: gettext_lazy("Accepted and open without a change of phase for too long, of those accepted."),
    Metric.TOUCH_RATE: gettext_lazy("Accepted or declined in time, of those delivered."),
    Metric.DAYS_TO_CLOSE: gettext_lazy("Days from acceptance to won or lost, on average."),
}
FIRST_REPORT = gettext_lazy("First progress reports")
# What the codes in an entry of the history are, by its kind.
CODES: Mapping[str, type] = {
    EventKind.PHASE: Phase,
    EventKind.REGISTRATION: Registration,
    EventKind.WON: OpportunityStatus,
    EventKind.LOST: OpportunityStatus,
    EventKind.CANCELED: OpportunityStatus,
    EventKind.REOPENED: OpportunityStatus,
}


def figure(value: float, places: int) -> str:
    """A number with so many decimals: rounded, since Django's own would cut it off, and never minus zero."""
    return number_format(round(value, places) + 0.0, places)


def value_text(cell: Cell) -> str:
    """A metric as people read it: kilometres, days, or percent; a dash for what is not known."""
    if cell.value is None:
        return "–"
    if cell.metric == Metric.DISTANCE:
        return _("%(number)s km") % {"number": figure(cell.value, 1)}
    if cell.metric == Metric.DAYS_TO_CLOSE:
        return _("%(number)s days") % {"number": figure(cell.value, 1)}
    return share_text(cell.value)


def share_text(share: float | None) -> str:
    """A rate in percent; a dash without history."""
    return "–" if share is None else f"{figure(100 * share, 1)} %"


def points_text(points: float) -> str:
    """What a metric or the sum comes to."""
    return figure(points, 3)


def weight_text(weight: float) -> str:
    """A weight with no more digits than it has."""
    return number_format(f"{weight:.4f}".rstrip("0").rstrip("."))


def range_text(metric: Metric) -> str:
    """What the weight of a metric may be."""
    found = RANGES[metric]
    return _("%(low)s to %(high)s") % {"low": weight_text(found.low), "high": weight_text(found.high)}


def changes_of(event: OpportunityEvent) -> str:
    """What an entry of the history changed, from and to; a rating as stars, names as they are."""
    if event.kind == EventKind.FEEDBACK:
        return _("%(rating)s of 5") % {"rating": event.after}
    codes = CODES.get(event.kind)
    known = dict(codes.choices) if codes is not None else {}
    before, after = (str(known.get(code, code)) for code in (event.before, event.after))
    return f"{before} → {after}" if before and after and before != after else after or before
