"""How a tenant lets customers book (SCH-1, SCH-2)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.enums import SlotMode


class SchedulingSettings(TenantModel):
    """One row a tenant."""

    is_open = models.BooleanField(_("self-scheduling is on"), default=True)
    slot_mode = models.CharField(_("customers choose"), max_length=20, choices=SlotMode.choices, default=SlotMode.EXACT)
    hides_exact_time = models.BooleanField(
        _("hide the exact time"), default=False, help_text=_("With arrival windows: customers read the window only.")
    )
    grid_minutes = models.PositiveSmallIntegerField(_("a start every (minutes)"), default=30)
    day_starts = models.TimeField(_("first start of a day"), default=dt.time(7, 0))
    day_ends = models.TimeField(_("last start of a day"), default=dt.time(19, 0))
    notice_minutes = models.PositiveIntegerField(_("notice (minutes)"), default=120)
    horizon_days = models.PositiveSmallIntegerField(_("horizon (days)"), default=60)
    hold_minutes = models.PositiveSmallIntegerField(_("hold a chosen time for (minutes)"), default=10)
    cut_off_minutes = models.PositiveIntegerField(_("customers may change until (minutes before)"), default=240)
    maximum_travel_km = models.PositiveIntegerField(
        _("longest way (kilometres)"), null=True, blank=True, help_text=_("Left empty, there is no limit.")
    )
    travel_speed_kmh = models.PositiveSmallIntegerField(_("speed without road routing (km/h)"), default=30)
    travel_detour_percent = models.PositiveSmallIntegerField(
        _("roads are longer than the straight line by (percent)"), default=30
    )
    travel_in_hours = models.BooleanField(
        _("the way counts as working time"),
        default=True,
        help_text=_("Otherwise the first way out and the last way home may lie outside the working hours."),
    )

    class Meta:
        verbose_name = _("scheduling settings")
        verbose_name_plural = _("scheduling settings")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                name="one_scheduling_settings_a_tenant",
                violation_error_message=_("The company has its settings already."),
            ),
            models.CheckConstraint(
                name="scheduling_grid",
                condition=Q(grid_minutes__in=[5, 10, 15, 20, 30, 60, 90, 120]),
                violation_error_message=_("Choose a start every 5, 10, 15, 20, 30, 60, 90 or 120 minutes."),
            ),
            models.CheckConstraint(
                name="scheduling_day",
                condition=Q(day_starts__lt=F("day_ends")),
                violation_error_message=_("The last start must come after the first."),
            ),
            models.CheckConstraint(
                name="scheduling_horizon",
                condition=Q(horizon_days__gte=1, horizon_days__lte=366),
                violation_error_message=_("The horizon is from 1 to 366 days."),
            ),
            models.CheckConstraint(
                name="scheduling_hold",
                condition=Q(hold_minutes__gte=1, hold_minutes__lte=60),
                violation_error_message=_("A time is held from 1 to 60 minutes."),
            ),
            models.CheckConstraint(
                name="scheduling_travel",
                condition=Q(travel_speed_kmh__gte=5, travel_speed_kmh__lte=130, travel_detour_percent__lte=200)
                & (Q(maximum_travel_km__isnull=True) | Q(maximum_travel_km__gte=1)),
                violation_error_message=_("The speed is from 5 to 130 km/h, the detour up to 200 percent."),
            ),
        ]

    def __str__(self):
        return str(_("Scheduling settings"))


class ArrivalWindow(TenantModel):
    """A promise like “between 8 and 12”: the start falls inside, the work may end later."""

    name = models.CharField(_("name"), max_length=60)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("arrival window")
        verbose_name_plural = _("arrival windows")
        constraints = [
            models.CheckConstraint(
                name="arrival_window_order",
                condition=Q(starts__lt=F("ends")),
                violation_error_message=_("The end must come after the beginning."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "starts"],
                name="arrival_window_once",
                violation_error_message=_("Another window begins then."),
            ),
        ]

    def __str__(self):
        return self.name


class ExcludedAccount(TenantModel):
    """An account whose people do not book by themselves; they send a request instead."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, related_name="+", verbose_name=_("account")
    )
    reason = models.CharField(_("reason for staff"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("excluded account")
        verbose_name_plural = _("excluded accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "account"],
                name="excluded_account_once",
                violation_error_message=_("The account is excluded already."),
            ),
        ]

    def __str__(self):
        return str(self.account)
