"""Where a visit happens, an account sits, a technician starts."""

from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.geo.addresses import Address, address_of
from portal.geo.distance import Point
from portal.geo.enums import GeocodedBy, GeocodeNote, Quality
from portal.geo.fields import TimeZoneField
from portal.geo.models.territories import Territory
from portal.tenancy.models import TenantModel


class Place(TenantModel):
    """An address with its position, time zone and territory. Written by `portal.geo.domain.places.save_place` (SCH-10)."""

    name = models.CharField(_("name"), max_length=120, blank=True)
    line1 = models.CharField(_("street and number"), max_length=160, blank=True)
    line2 = models.CharField(_("flat, floor, building"), max_length=160, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    region = models.CharField(_("state or region"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Use the two capitals of the country."))],
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    time_zone = TimeZoneField(_("time zone"))
    territory = models.ForeignKey(
        Territory, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("territory")
    )
    geocoded_by = models.CharField(
        _("position found by"), max_length=20, choices=GeocodedBy.choices, default=GeocodedBy.NONE, editable=False
    )
    geocode_quality = models.CharField(
        _("position stands for"), max_length=20, choices=Quality.choices, blank=True, editable=False
    )
    geocode_note = models.CharField(
        _("note on the position"), max_length=20, choices=GeocodeNote.choices, blank=True, editable=False
    )
    geocoded_at = models.DateTimeField(_("position found at"), null=True, blank=True, editable=False)
    geocode_due = models.BooleanField(_("waits for the geocoding service"), default=False, editable=False)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                name="place_coordinates_both_or_none",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Enter both latitude and longitude, or neither."),
            ),
            models.CheckConstraint(
                name="place_latitude_range",
                condition=models.Q(latitude__isnull=True) | models.Q(latitude__gte=-90, latitude__lte=90),
                violation_error_message=_("Latitude goes from -90 to 90."),
            ),
            models.CheckConstraint(
                name="place_longitude_range",
                condition=models.Q(longitude__isnull=True) | models.Q(longitude__gte=-180, longitude__lte=180),
                violation_error_message=_("Longitude goes from -180 to 180."),
            ),
            models.CheckConstraint(
                name="place_country_iso2",
                condition=models.Q(country__regex=r"^[A-Z]{2}$"),
                violation_error_message=_("Use the two capitals of the country."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "country", "postal_code", "id"], name="place_by_postal_code"),
            models.Index(fields=["tenant", "id"], name="place_geocode_due", condition=models.Q(geocode_due=True)),
        ]

    def __str__(self):
        return (
            self.name or ", ".join(part for part in (self.line1, self.city or self.postal_code) if part) or self.country
        )

    @property
    def address(self) -> Address:
        return address_of(self)

    @property
    def point(self) -> Point | None:
        """The position, or None while nobody has found it."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
