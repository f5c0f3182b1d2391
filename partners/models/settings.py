"""How a tenant distributes opportunities, under the documented names (PRT-3, DYNAMICS 5.6, 5.7)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.engine.weights import RANGES, Metric
from portal.tenancy.models import TenantModel

# By field: the documented names besides those of the weights, which stand in the engine.
SETTING_NAMES = {
    "expiry_hours": "distribution/expiry-hours",
    "maximum_deliveries": "distribution/max-deliveries",
    "reminder_hours": "distribution/reminder-hours",
    "overdue_days": "alerts/inactivity-in-days-for-overdue",
    "stalled_days": "alerts/inactivity-in-days-for-potentially-stalled",
}


def weight(metric: Metric, label) -> models.DecimalField:
    """A weight with its documented name; half of its range by default."""
    found = RANGES[metric]
    return models.DecimalField(
        label, max_digits=6, decimal_places=4, default=Decimal(str(found.default)), help_text=found.setting
    )


def number(field: str, label, default: int) -> models.PositiveSmallIntegerField:
    """A whole number with its documented name."""
    return models.PositiveSmallIntegerField(label, default=default, help_text=SETTING_NAMES[field])


def within(metric: Metric, sentence) -> models.CheckConstraint:
    """The range of a weight, kept by the database."""
    low, high = (Decimal(str(end)) for end in (RANGES[metric].low, RANGES[metric].high))
    field = f"weight_{metric}"
    return models.CheckConstraint(
        name=f"partner_{field}",
        condition=Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        violation_error_message=sentence,
    )


class PartnerSettings(TenantModel):
    """One row a tenant. A weight of 0 disregards its metric; rates are fractions from 0 to 1, the distance is in kilometres."""

    is_automatic = models.BooleanField(
        _("distribute what is ready by itself"),
        default=True,
        help_text=_("Otherwise opportunities wait until staff deliver them."),
    )
    weight_distance = weight(Metric.DISTANCE, _("weight of the distance"))
    weight_win_rate = weight(Metric.WIN_RATE, _("weight of the win rate"))
    weight_return_rate = weight(Metric.RETURN_RATE, _("weight of the return rate"))
    weight_feedback_rate = weight(Metric.FEEDBACK_RATE, _("weight of the feedback rate"))
    weight_stall_rate = weight(Metric.STALL_RATE, _("weight of the stall rate"))
    weight_touch_rate = weight(Metric.TOUCH_RATE, _("weight of the touch rate"))
    weight_days_to_close = weight(Metric.DAYS_TO_CLOSE, _("weight of the average time to close"))
    expiry_hours = number("expiry_hours", _("an answer is due after (hours)"), 72)
    maximum_deliveries = number("maximum_deliveries", _("partners asked before staff take over"), 5)
    reminder_hours = number("reminder_hours", _("partners are reminded before the expiry by (hours)"), 24)
    overdue_days = number("overdue_days", _("overdue after (days without activity)"), 30)
    stalled_days = number("stalled_days", _("potentially stalled after (days without activity)"), 14)
    feedback_days = models.PositiveSmallIntegerField(
        _("customers are asked for feedback after (days from acceptance)"), default=14
    )

    class Meta:
        verbose_name = _("settings of the partner programme")
        verbose_name_plural = _("settings of the partner programme")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                name="one_partner_settings_a_tenant",
                violation_error_message=_("The company has its settings already."),
            ),
            within(Metric.DISTANCE, _("The weight of the distance is from -0.01 to 0.")),
            within(Metric.WIN_RATE, _("The weight of the win rate is from 0 to 5.")),
            within(Metric.RETURN_RATE, _("The weight of the return rate is from -5 to 0.")),
            within(Metric.FEEDBACK_RATE, _("The weight of the feedback rate is from 0 to 5.")),
            within(Metric.STALL_RATE, _("The weight of the stall rate is from -5 to 0.")),
            within(Metric.TOUCH_RATE, _("The weight of the touch rate is from 0 to 5.")),
            within(Metric.DAYS_TO_CLOSE, _("The weight of the average time to close is from -0.5 to 0.")),
            models.CheckConstraint(
                name="partner_expiry",
                condition=Q(expiry_hours__gte=1, expiry_hours__lte=2160)
                & Q(reminder_hours__lt=F("expiry_hours"))
                & Q(maximum_deliveries__gte=1, maximum_deliveries__lte=50),
                violation_error_message=_(
                    "An answer is due after 1 to 2,160 hours, the reminder goes out after the delivery,"
                    " and 1 to 50 partners are asked."
                ),
            ),
            models.CheckConstraint(
                name="partner_alerts",
                condition=Q(stalled_days__gte=1, overdue_days__gt=F("stalled_days"), overdue_days__lte=730)
                & Q(feedback_days__lte=365),
                violation_error_message=_(
                    "Potentially stalled comes from 1 day on and before overdue, which is at most 730 days;"
                    " feedback is asked for within 365 days."
                ),
            ),
        ]

    def __str__(self):
        return str(_("Settings of the partner programme"))
