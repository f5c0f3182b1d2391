"""The services that geopy speaks to, behind our port."""

import math

from django.core.exceptions import ImproperlyConfigured
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import ConfigurationError, GeocoderNotFound, GeocoderServiceError, GeopyError
from geopy.geocoders import get_geocoder_for_service

from portal.geo.addresses import Address, country_name
from portal.geo.distance import Point
from portal.geo.enums import GeocodedBy, Quality
from portal.geo.errors import ServiceAway
from portal.geo.geocoding.ports import Found
from portal.geo.http import get_body, open_client, parse_json

USER_AGENT = "callout-portal/1"
TIMEOUT = 3.0
HTTP_ERROR = 400
SOURCES = {
    "nominatim": GeocodedBy.NOMINATIM,
    "photon": GeocodedBy.PHOTON,
    "google": GeocodedBy.GOOGLE,
    "googlev3": GeocodedBy.GOOGLE,
}
# What Nominatim calls a result, where it is not the address itself.
ROUGH_KINDS = {
    "road": Quality.STREET,
    "postcode": Quality.POSTAL_CODE,
    "suburb": Quality.TOWN,
    "village": Quality.TOWN,
    "town": Quality.TOWN,
    "city": Quality.TOWN,
    "municipality": Quality.TOWN,
}
# geopy reads answers without looking at their shape first: garbage surfaces as any of these.
GARBAGE = (ServiceAway, GeopyError, ValueError, KeyError, IndexError, TypeError, AttributeError)


class BoundedAdapter(BaseSyncAdapter):
    """geopy's way out through our own client, so that time, size and redirects are bounded."""

    def __init__(self, *, proxies, ssl_context):
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._proxy = next(iter(proxies.values()), None) if proxies else None

    def get_json(self, url, *, timeout, headers):
        return parse_json(self._get(url, timeout=timeout, headers=headers))

    def get_text(self, url, *, timeout, headers):
        return self._get(url, timeout=timeout, headers=headers).decode(errors="replace")

    def _get(self, url, *, timeout, headers):
        try:
            with open_client(proxy=self._proxy) as client:
                status, body = get_body(client, url, timeout=timeout, headers=headers)
        except ServiceAway as error:
            raise GeocoderServiceError(str(error)) from error
        if status >= HTTP_ERROR:
            raise AdapterHTTPError("The service refused.", status_code=status, headers={}, text="")
        return body


class ServiceGeocoder:
    """One geopy service, by its name in geopy and its keyword arguments (SCH-10); `timeout` in seconds."""

    def __init__(self, service: str, options: dict | None = None):
        arguments = {"user_agent": USER_AGENT, "timeout": TIMEOUT, **(options or {}), "adapter_factory": BoundedAdapter}
        try:
            self._geopy = get_geocoder_for_service(service)(**arguments)
        except (GeocoderNotFound, ConfigurationError, TypeError) as error:
            raise ImproperlyConfigured(
                f"GEOCODER {service!r} with its GEOCODER_OPTIONS cannot be used: {error}"
            ) from error
        self.source = SOURCES.get(service.lower(), GeocodedBy.SERVICE)

    def geocode(self, address: Address) -> Found | None:
        """Ask the service; None when it does not know the address, ServiceAway when it does not answer sensibly."""
        query = ", ".join(part for part in _parts(address) if part)
        extra = {}
        if self.source is GeocodedBy.NOMINATIM and address.country:
            extra["country_codes"] = address.country.lower()
        try:
            location = self._geopy.geocode(query, exactly_one=True, **extra)
            if location is None:
                return None
            point = Point(float(location.latitude), float(location.longitude))
            raw = location.raw if isinstance(location.raw, dict) else {}
        except GARBAGE as error:
            raise ServiceAway(f"{type(error).__name__}: {error}") from error
        # geopy refuses what is beyond the poles, turns round what is beyond the date line, and reads nothing as 0, 0.
        if not any(point) or not all(map(math.isfinite, point)):
            raise ServiceAway("The answer is no position on earth.")
        return Found(point, ROUGH_KINDS.get(str(raw.get("addresstype")), Quality.ADDRESS), self.source)


def _parts(address: Address) -> list[str]:
    return [
        address.line1,
        address.city,
        f"{address.region} {address.postal_code}".strip(),
        country_name(address.country) if address.country else "",
    ]
