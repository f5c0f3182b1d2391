"""When resources work and sites are open; wall times in the owner's zone (DYNAMICS 2.7)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.models.resources import BookableResource


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WorkingHours(TenantModel):
    """Weekly hours of a resource; an end before the start reaches into the next day."""

    resource = models.ForeignKey(
        BookableResource, on_delete=models.CASCADE, related_name="hours", verbose_name=_("resource")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "weekday", "starts"],
                name="working_hours_once",
                violation_error_message=_("These hours are listed already."),
            ),
            models.CheckConstraint(
                name="working_hours_weekday",
                condition=Q(weekday__lte=6),
                violation_error_message=_("Choose a weekday."),
            ),
            models.CheckConstraint(
                name="working_hours_not_empty",
                condition=~Q(starts=F("ends")),
                violation_error_message=_("The hours begin and end at the same time."),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class TimeOff(TenantModel):
    """Holiday, sickness, training: nothing is booked then."""

    resource = models.ForeignKey(
        BookableResource, on_delete=models.CASCADE, related_name="time_off", verbose_name=_("resource")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        constraints = [
            models.CheckConstraint(
                name="time_off_order",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must come after the beginning."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "ends_at", "starts_at"], name="time_off_by_end")]

    def __str__(self):
        return f"{self.resource}: {self.reason or _('time off')}"


class BusinessClosure(TenantModel):
    """A day on which nobody works."""

    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("business closure")
        verbose_name_plural = _("business closures")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "date"],
                name="closure_once",
                violation_error_message=_("This day is closed already."),
            ),
        ]

    def __str__(self):
        return self.name


class OpeningHours(TenantModel):
    """When a site lets a technician in; no rows mean always."""

    place = models.ForeignKey("geo.Place", on_delete=models.CASCADE, related_name="+", verbose_name=_("site"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "weekday", "opens"],
                name="opening_hours_once",
                violation_error_message=_("These hours are listed already."),
            ),
            models.CheckConstraint(
                name="opening_hours_not_empty",
                condition=~Q(opens=F("closes")),
                violation_error_message=_("The hours begin and end at the same time."),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
