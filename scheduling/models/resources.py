"""Who does the work, what they can do, where and for whom (DYNAMICS 2.1 to 2.6)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from portal.tenancy.models.tenants import validate_time_zone
from scheduling.enums import CharacteristicKind, PreferenceKind, ResourceType


class BookableResource(TenantModel):
    """A technician, subcontractor, crew or tool with a calendar."""

    name = models.CharField(_("name"), max_length=120)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("login"),
    )
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("works for"),
        help_text=_("The partner or subcontractor. Its contacts see the projects that the resource works on."),
    )
    resource_type = models.CharField(_("type"), max_length=20, choices=ResourceType.choices, default=ResourceType.USER)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    start_place = models.ForeignKey(
        "geo.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("starts the day at"),
        help_text=_("Without one the resource is not offered for visits."),
    )
    end_place = models.ForeignKey(
        "geo.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ends the day at"),
        help_text=_("Left empty, the way home is not counted."),
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    shares_position = models.BooleanField(
        _("shares the position"), default=False, help_text=_("The technician switches it; only while on the way.")
    )
    is_self_schedulable = models.BooleanField(_("open for self-scheduling"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("bookable resource")
        verbose_name_plural = _("bookable resources")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user"],
                name="resource_user_once",
                violation_error_message=_("Another resource has this login."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="resource_external_once",
                violation_error_message=_("Another resource has this number in the other system."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "name", "id"], name="resource_by_name"),
            models.Index(fields=["tenant", "account"], name="resource_of_account"),
        ]

    def __str__(self):
        return self.name


class Characteristic(TenantModel):
    """A skill with a rating, or a certification that one has or has not."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=20, choices=CharacteristicKind.choices, default=CharacteristicKind.SKILL
    )

    class Meta:
        verbose_name = _("characteristic")
        verbose_name_plural = _("characteristics")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="characteristic_once",
                violation_error_message=_("This characteristic exists already."),
            ),
        ]

    def __str__(self):
        return self.name


class ResourceCharacteristic(TenantModel):
    """What a resource can do, how well, and from when to when."""

    resource = models.ForeignKey(
        BookableResource, on_delete=models.CASCADE, related_name="characteristics", verbose_name=_("resource")
    )
    characteristic = models.ForeignKey(
        Characteristic, on_delete=models.PROTECT, related_name="+", verbose_name=_("characteristic")
    )
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True, help_text=_("From 1 to 10."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("characteristic of a resource")
        verbose_name_plural = _("characteristics of resources")
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "characteristic"],
                name="resource_characteristic_once",
                violation_error_message=_("The characteristic is listed already."),
            ),
            models.CheckConstraint(
                name="resource_rating_range",
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=10),
                violation_error_message=_("A rating is a number from 1 to 10."),
            ),
            models.CheckConstraint(
                name="resource_characteristic_dates",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self):
        return str(self.characteristic)


class ResourceTerritory(TenantModel):
    """Where a resource works."""

    resource = models.ForeignKey(
        BookableResource, on_delete=models.CASCADE, related_name="territories", verbose_name=_("resource")
    )
    territory = models.ForeignKey(
        "geo.Territory", on_delete=models.CASCADE, related_name="+", verbose_name=_("territory")
    )

    class Meta:
        verbose_name = _("territory of a resource")
        verbose_name_plural = _("territories of resources")
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "territory"],
                name="resource_territory_once",
                violation_error_message=_("The territory is listed already."),
            ),
        ]

    def __str__(self):
        return str(self.territory)


class ResourcePreference(TenantModel):
    """Whom an account wants, refuses, or must get (DYNAMICS 2.6)."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, related_name="+", verbose_name=_("account")
    )
    resource = models.ForeignKey(
        BookableResource, on_delete=models.CASCADE, related_name="preferences", verbose_name=_("resource")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PreferenceKind.choices)

    class Meta:
        verbose_name = _("resource preference")
        verbose_name_plural = _("resource preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "resource"],
                name="resource_preference_once",
                violation_error_message=_("There is a preference for this resource already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.resource}"
