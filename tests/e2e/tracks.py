"""Ways that phones replay: one of our own, and a real one where its file lies beside the checkout."""

import csv
import gzip
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from portal.geo.distance import Point, quick_great_circle

REAL = "cab_gps_tracks_2008-05-19_23.csv.gz"
# Down Broadway, as a phone told it every few seconds.
OWN = [(40.7580, -73.9855), (40.7527, -73.9877), (40.7465, -73.9885), (40.7411, -73.9897), (40.7359, -73.9911)]
LONGEST_GAP, SHORTEST_STEP = 120, 100


def real_file() -> Path | None:
    """The file of real tracks, in the folder CALLOUT_DATA or in ../shared/data beside the checkout."""
    named = os.environ.get("CALLOUT_DATA")
    folder = Path(named) if named else settings.BASE_DIR.parent / "shared" / "data"
    return folder / REAL if (folder / REAL).is_file() else None


def real_track(source: Path, count: int, *, end: Point) -> list[tuple[float, float]]:
    """So many fixes that a cab of San Francisco sent one after another while it drove, moved as a whole so that it ends at `end`.

    It begins at the first drive without a gap or a stop.
    """
    drive: list[dict] = []
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if drive and not _goes_on(drive[-1], row):
                drive = []
            drive.append(row)
            if len(drive) == count:
                break
    places = [_place(each) for each in drive]
    north, east = end.latitude - places[-1].latitude, end.longitude - places[-1].longitude
    return [(round(each.latitude + north, 6), round(each.longitude + east, 6)) for each in places]


def _goes_on(before: dict, after: dict) -> bool:
    seconds = (_time(after) - _time(before)).total_seconds()
    is_near = 0 < seconds <= LONGEST_GAP and before["vehicle"] == after["vehicle"]
    return is_near and quick_great_circle(_place(before), _place(after)) >= SHORTEST_STEP


def _time(row: dict) -> datetime:
    return datetime.fromisoformat(row["recorded_at_local"])


def _place(row: dict) -> Point:
    return Point(float(row["latitude"]), float(row["longitude"]))
