"""The service first where one is set, the gazetteer underneath, and a word about which of them answered."""

import json
from dataclasses import replace
from functools import lru_cache

import structlog
from django.conf import settings

from portal.geo.addresses import Address
from portal.geo.breakers import Breaker
from portal.geo.enums import GeocodeNote
from portal.geo.errors import ServiceAway
from portal.geo.geocoding.gazetteer import Gazetteer
from portal.geo.geocoding.ports import Answer, Found, Geocoder
from portal.geo.geocoding.services import ServiceGeocoder

logger = structlog.get_logger(__name__)


class Geocoding:
    """Degrades from a service to the offline gazetteer and says so (SCH-10)."""

    def __init__(
        self, service: Geocoder | None = None, *, offline: Geocoder | None = None, breaker: Breaker | None = None
    ):
        self._service = service
        self._offline = offline or Gazetteer()
        self._breaker = breaker or Breaker()

    @property
    def has_service(self) -> bool:
        """Whether asking means a network call, which must not happen inside a transaction."""
        return self._service is not None

    def geocode(self, address: Address) -> Found | None:
        """The best position there is; its note tells when the service failed."""
        return self.ask(address).found

    def ask_offline(self, address: Address) -> Answer:
        """Without any network call: safe inside a transaction."""
        found = self._offline.geocode(address) if address else None
        return Answer(found, found.note if found else GeocodeNote.NOT_FOUND)

    def ask(self, address: Address) -> Answer:
        """The service's position, else the gazetteer's with the reason, else none with the reason."""
        offline = self.ask_offline(address)
        if self._service is None or not address:
            return offline
        try:
            found = self._ask_service(address)
        except ServiceAway as error:
            logger.warning("geocoder_away", reason=str(error))
            return _noted(offline, GeocodeNote.SERVICE_AWAY, GeocodeNote.AWAY_NOT_FOUND, ask_again=True)
        if found is None:
            return _noted(offline, GeocodeNote.SERVICE_UNKNOWN, GeocodeNote.NOT_FOUND, ask_again=False)
        if offline.found:
            found = replace(found, time_zone=offline.found.time_zone)
        return Answer(found, found.note)

    def _ask_service(self, address: Address) -> Found | None:
        if not self._breaker.allows():
            raise ServiceAway("It failed a moment ago and is left alone.")
        try:
            found = self._service.geocode(address)
        except ServiceAway:
            self._breaker.failed()
            raise
        self._breaker.worked()
        return found


def current_geocoding() -> Geocoding:
    """The geocoding that GEOCODER and GEOCODER_OPTIONS ask for; offline only when GEOCODER is empty."""
    return _make(settings.GEOCODER, json.dumps(settings.GEOCODER_OPTIONS, sort_keys=True))


@lru_cache(maxsize=4)
def _make(service: str, options: str) -> Geocoding:
    return Geocoding(ServiceGeocoder(service, json.loads(options)) if service else None)


def _noted(offline: Answer, with_position: GeocodeNote, without: GeocodeNote, *, ask_again: bool) -> Answer:
    if offline.found is None:
        return Answer(None, without, ask_again)
    return Answer(replace(offline.found, note=with_position), with_position, ask_again)
