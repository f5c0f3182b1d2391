"""Addresses to positions (SCH-10): a geopy service where one is set, an offline gazetteer otherwise and underneath."""

from portal.geo.geocoding.chain import Geocoding, current_geocoding
from portal.geo.geocoding.gazetteer import Gazetteer
from portal.geo.geocoding.ports import Answer, Found, Geocoder
from portal.geo.geocoding.services import ServiceGeocoder

__all__ = ["Answer", "Found", "Gazetteer", "Geocoder", "Geocoding", "ServiceGeocoder", "current_geocoding"]
