"""How a place's position is known."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GeocodedBy(models.TextChoices):
    """Who found the position. Services without an entry of their own are `SERVICE`."""

    NONE = "none", _("Nobody yet")
    MANUAL = "manual", _("Entered by hand")
    GAZETTEER = "gazetteer", _("Offline gazetteer")
    NOMINATIM = "nominatim", _("Nominatim")
    PHOTON = "photon", _("Photon")
    GOOGLE = "google", _("Google")
    SERVICE = "service", _("Geocoding service")


class Quality(models.TextChoices):
    """What the position stands for, from exact to rough."""

    UNKNOWN = "", _("Unknown")
    ADDRESS = "address", _("The address itself")
    STREET = "street", _("The street")
    POSTAL_CODE = "postal_code", _("Centre of the postal code")
    TOWN = "town", _("Centre of the town")


class GeocodeNote(models.TextChoices):
    """What staff should know about how the position came about."""

    NONE = "", _("Nothing to note")
    SERVICE_AWAY = (
        "service_away",
        _("The geocoding service is not answering; the position comes from the offline gazetteer."),
    )
    SERVICE_UNKNOWN = (
        "service_unknown",
        _("The geocoding service does not know this address; the position comes from the offline gazetteer."),
    )
    SEVERAL_TOWNS = "several_towns", _("Several towns have this name; the position is that of the largest.")
    AWAY_NOT_FOUND = (
        "away_not_found",
        _("The geocoding service is not answering and the offline gazetteer does not know this address."),
    )
    NOT_FOUND = "not_found", _("Nothing was found for this address. Check it, or enter the position by hand.")
