"""How a tenant lets customers book (SCH-1, SCH-2)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.enums import AfterCancel, SlotMode


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
    after_cancel = models.CharField(
        _("when the customer cancels, the work order"),
        max_length=12,
        choices=AfterCancel.choices,
        default=AfterCancel.CANCELED,
    )
    told_from_minutes = models.PositiveSmallIntegerField(
        _("customers are told of changes from (minutes)"),
        default=10,
        help_text=_("Smaller shifts are not worth a message."),
    )
    late_from_minutes = models.PositiveSmallIntegerField(_("a visit is late from (minutes)"), default=15)
    tracking_is_on = models.BooleanField(
        _("customers see the technician on a map"),
        default=True,
        help_text=_("While on the way, and only where the technician shares the position."),
    )
    shows_technician_name = models.BooleanField(_("customers read the technician's name"), default=True)
    shows_technician_phone = models.BooleanField(_("customers read the technician's phone number"), default=False)
    position_minutes_kept = models.PositiveIntegerField(
        _("positions are kept for (minutes)"), default=1440, help_text=_("Then they are deleted for good.")
    )
    position_lost_after_minutes = models.PositiveSmallIntegerField(_("the signal is lost after (minutes)"), default=3)
    link_hours = models.PositiveSmallIntegerField(
        _("links in messages open the visit for (hours after it)"), default=24
    )
    surveys_are_on = models.BooleanField(_("ask for feedback"), default=True)
    offers_earlier = models.BooleanField(_("customers may ask for an earlier time"), default=True)
    offer_minutes = models.PositiveSmallIntegerField(_("an earlier time is kept for (minutes)"), default=30)
    quiet_from = models.TimeField(_("no reminders from"), null=True, blank=True, default=dt.time(21, 0))
    quiet_until = models.TimeField(_("no reminders until"), null=True, blank=True, default=dt.time(7, 0))
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
            models.CheckConstraint(
                name="scheduling_positions",
                condition=Q(position_minutes_kept__gte=5, position_minutes_kept__lte=43_200)
                & Q(position_lost_after_minutes__gte=1, position_lost_after_minutes__lte=60),
                violation_error_message=_(
                    "Positions are kept from 5 minutes to 30 days; a signal is lost after 1 to 60 minutes."
                ),
            ),
            models.CheckConstraint(
                name="scheduling_offers",
                condition=Q(offer_minutes__gte=5, offer_minutes__lte=1440, link_hours__lte=720),
                violation_error_message=_(
                    "An earlier time is kept from 5 minutes to a day; links last up to 720 hours."
                ),
            ),
            models.CheckConstraint(
                name="scheduling_quiet",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                violation_error_message=_("Enter when the quiet hours begin and end, or leave both empty."),
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


class VisitReminder(TenantModel):
    """When customers are reminded of a visit (NOT-1); without a row nobody is."""

    minutes_before = models.PositiveIntegerField(_("minutes before the visit"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "minutes_before"],
                name="visit_reminder_once",
                violation_error_message=_("There is a reminder at that time already."),
            ),
            models.CheckConstraint(
                name="visit_reminder_range",
                condition=Q(minutes_before__gte=15, minutes_before__lte=43_200),
                violation_error_message=_("Remind from 15 minutes to 30 days before."),
            ),
        ]

    def __str__(self):
        return str(_("%(minutes)d minutes before") % {"minutes": self.minutes_before})


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
