"""The tenant's settings of the programme, as the verbs need them (PRT-3)."""

import datetime as dt

from partners.engine.weights import Metric, Weights
from partners.models import PartnerSettings
from portal.kit import clock
from portal.tenancy.compiled import Compiled

SETTINGS = Compiled(lambda: PartnerSettings.objects.order_by("pk")[:1])


def load_settings() -> PartnerSettings:
    """The tenant's settings; the defaults where staff never saved any."""
    return SETTINGS.first() or PartnerSettings()


def weights_of(settings: PartnerSettings) -> Weights:
    """The seven weights as the engine reads them. Raises WeightRefused for one out of its range."""
    return Weights(**{metric.value: getattr(settings, f"weight_{metric}") for metric in Metric})


def stalled_before(settings: PartnerSettings) -> dt.datetime:
    """An accepted opportunity stalls when its phase has not changed since."""
    return clock.now() - dt.timedelta(days=settings.stalled_days)
