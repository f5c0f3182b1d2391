"""Drives between places (SCH-10): by road where ROUTING_URL names a server, in straight lines otherwise and underneath."""

from portal.geo.routing.leg_books import LegBook, drive_by_road, open_leg_book
from portal.geo.routing.osrm import OsrmRouter
from portal.geo.routing.ports import Legs, Router
from portal.geo.routing.routers import DegradingRouter, GreatCircleRouter, RememberingRouter

__all__ = [
    "DegradingRouter",
    "GreatCircleRouter",
    "LegBook",
    "Legs",
    "OsrmRouter",
    "RememberingRouter",
    "Router",
    "drive_by_road",
    "open_leg_book",
]
