"""The seven metrics that are weighted, and the weights with their documented names and ranges (PRT-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self


class Metric(StrEnum):
    """What a partner is ranked by; the value is the name of its weight in `Weights`."""

    DISTANCE = "distance"
    WIN_RATE = "win_rate"
    RETURN_RATE = "return_rate"
    FEEDBACK_RATE = "feedback_rate"
    STALL_RATE = "stall_rate"
    TOUCH_RATE = "touch_rate"
    DAYS_TO_CLOSE = "days_to_close"


class Range(NamedTuple):
    """A weight's setting and what it may be: `low` and `high` are allowed themselves."""

    setting: str
    low: float
    high: float

    @property
    def default(self) -> float:
        """Half of what is possible: no default is documented."""
        return (self.low + self.high) / 2


# As documented: a kilometre weighs at most a hundredth and a day at most half of a point, because rates are fractions.
RANGES: Final[Mapping[Metric, Range]] = {
    Metric.DISTANCE: Range("distribution/weights/distance", -0.01, 0.0),
    Metric.WIN_RATE: Range("distribution/weights/winrate", 0.0, 5.0),
    Metric.RETURN_RATE: Range("distribution/weights/returnrate", -5.0, 0.0),
    Metric.FEEDBACK_RATE: Range("distribution/weights/feedbackrate", 0.0, 5.0),
    Metric.STALL_RATE: Range("distribution/weights/stallrate", -5.0, 0.0),
    Metric.TOUCH_RATE: Range("distribution/weights/touchrate", 0.0, 5.0),
    Metric.DAYS_TO_CLOSE: Range("distribution/weights/avgtimetoclose", -0.5, 0.0),
}


class WeightRefused(ValueError):
    """A weight that is no number or lies outside its range; names the setting and the range."""

    def __init__(self, metric: Metric, value: object) -> None:
        self.metric = metric
        self.value = value
        self.setting, self.low, self.high = RANGES[metric]
        super().__init__(f"{self.setting} lies between {self.low:g} and {self.high:g}: {value!r} does not.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How many points a whole metric gives or takes: per kilometre, per day, or for a rate of 1; 0 disregards it."""

    distance: float = RANGES[Metric.DISTANCE].default
    win_rate: float = RANGES[Metric.WIN_RATE].default
    return_rate: float = RANGES[Metric.RETURN_RATE].default
    feedback_rate: float = RANGES[Metric.FEEDBACK_RATE].default
    stall_rate: float = RANGES[Metric.STALL_RATE].default
    touch_rate: float = RANGES[Metric.TOUCH_RATE].default
    days_to_close: float = RANGES[Metric.DAYS_TO_CLOSE].default

    def __post_init__(self) -> None:
        """WeightRefused for the first weight that is out of range; numbers become float, so that sums agree."""
        for metric, (_, low, high) in RANGES.items():
            given = getattr(self, metric.value)
            weight = number(metric, given)
            # Not a number compares as False, and is refused with the rest.
            if not low <= weight <= high:
                raise WeightRefused(metric, given)
            object.__setattr__(self, metric.value, weight)

    def __getitem__(self, metric: Metric) -> float:
        return getattr(self, metric.value)

    @classmethod
    def from_settings(cls, settings: Mapping[str, float | Decimal | str | None]) -> Self:
        """Read the tenant's settings under their documented names; others are ignored, missing ones have the default."""
        given = {metric: settings.get(RANGES[metric].setting) for metric in Metric}
        return cls(**{metric.value: number(metric, value) for metric, value in given.items() if value is not None})

    def to_settings(self) -> dict[str, float]:
        """All seven under their documented names."""
        return {RANGES[Metric(field.name)].setting: self[Metric(field.name)] for field in fields(self)}


def number(metric: Metric, given: Any) -> float:
    """The weight as a number; WeightRefused for everything else."""
    try:
        # Minus zero would be written as -0 in the staff's tables.
        return float(given) + 0.0
    except (TypeError, ValueError, OverflowError) as error:
        raise WeightRefused(metric, given) from error
