"""Real requests of New York's buildings, turned into the files that any company would import.

The source is a table of municipal service requests: a row is a complaint about a building. Owners are not in it, so
that buildings are shared out among invented firms, the same way each time. The three days of the table are moved close
to the day on which the company was set up, so that what is open looks like today's work.
"""

import csv
import gzip
import io
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from portal.demo.catalogs import table

SOURCE = "nyc_building_service_requests.csv.gz"
FIRST_WORDS = [
    "Amber",
    "Beacon",
    "Chestnut",
    "Dover",
    "Evergreen",
    "Fulton",
    "Granite",
    "Hudson",
    "Ivy",
    "Juniper",
    "Keystone",
    "Laurel",
    "Meadow",
]
SECOND_WORDS = ("Holdings", "Residences", "Property Group", "Realty Partners", "Homes")
# The two firms of the demo's customers take every 18th of the busiest buildings, from different ones on.
PORTFOLIOS = {"H-1001": (1, 36), "H-1002": (5, 24)}
STEP = 18
OFFICES = {"H-1001": "Linden Park Property Management", "H-1002": "Cedar Row Residences"}
REPORTERS = {"H-1001": ("approver@harbor.example", "reviewer@harbor.example"), "H-1002": ("stranger@harbor.example",)}
STATUSES = {"Closed": "completed", "Open": "unscheduled", "Assigned": "unscheduled", "Started": "in_progress"}
# By the year of the request: the day of the table, and how many days before the company's first day it is put.
MOVED_DAYS = {2019: (date(2019, 12, 31), 12), 2018: (date(2018, 10, 21), 60), 2013: (date(2013, 12, 25), 390)}
# A request is open for so many days at most; then somebody has come, in the usual time.
OPEN_DAYS, USUAL_TIME = 30, timedelta(days=3)
ASSETS = {
    "boiler": ("Heating boiler", "Boiler"),
    "riser": ("Domestic water riser", "Plumbing"),
    "panel": ("Electrical panel", "Electrical"),
    "elevator": ("Passenger elevator", "Elevator"),
}


def convert(source: Path, folder: Path, first_day: date) -> dict[str, Path]:
    """Write accounts, assets and work orders as files into `folder`; their paths by name.

    `first_day` is the company's own, so that the same file comes out each time.
    """
    buildings = share_out(read_buildings(source))
    files = {
        "accounts": account_rows(buildings),
        "assets": asset_rows(buildings),
        "work_orders": work_order_rows(buildings, first_day),
    }
    return {name: write(folder / f"{name}.csv", rows) for name, rows in files.items()}


def read_buildings(source: Path) -> list[dict]:
    """Each building with its requests; those with most requests first."""
    requests = defaultdict(list)
    with gzip.open(source) as packed:
        for row in csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8", newline="")):
            requests[" ".join(row["incident_address"].split()), row["incident_zip"]].append(row)
    ordered = sorted(requests.items(), key=lambda item: (-len(item[1]), item[0]))
    return [building_of(address, code, rows) for (address, code), rows in ordered]


def building_of(address: str, postal_code: str, rows: list[dict]) -> dict:
    """A building's address, position, requests, and the parts that its requests are about."""
    first = rows[0]
    number = f"{postal_code}-{zlib.crc32(address.encode()) % 100_000:05d}"
    requests = [(row, service_of(row)) for row in rows]
    return {
        "number": number,
        "place": {
            "line1": " ".join(word.capitalize() for word in address.split()),
            "city": " ".join(word.capitalize() for word in first["city"].split()),
            "region": "NY",
            "postal_code": postal_code,
            "country": "US",
            "latitude": first["latitude"],
            "longitude": first["longitude"],
        },
        "requests": requests,
        "parts": ["boiler", *sorted({part for _row, (_service, part) in requests if part} - {"boiler"})],
    }


def service_of(row: dict) -> tuple[str, str]:
    """Our incident type and the part of the building, by the first line of the table that fits."""
    complaint, descriptor = row["complaint_type"].upper(), row["descriptor"].upper()
    for rule in SERVICES:
        if rule["complaint_type"] in {complaint, ""} and descriptor.startswith(rule["descriptor"]):
            return rule["incident_type"], rule["asset"]
    raise LookupError(complaint)


SERVICES = table("harbor", "complaint_types")


def share_out(buildings: list[dict]) -> list[dict]:
    """Give each building its owner."""
    taken = {}
    for number, (first, count) in PORTFOLIOS.items():
        taken |= dict.fromkeys(range(first, first + STEP * count, STEP), number)
    firms = len(FIRST_WORDS) * len(SECOND_WORDS)
    for rank, building in enumerate(buildings):
        digest = zlib.crc32(building["number"].encode())
        # The product of two even spreads: few large firms, many small ones.
        firm = (digest % firms) * ((digest >> 12) % firms) // firms
        building["account"] = taken.get(rank) or f"H-2{firm:03d}"
    name_locations(buildings)
    return buildings


def name_locations(buildings: list[dict]) -> None:
    """A building is called by its street; one of an owner's namesakes by its postal code too."""
    seen = set()
    for building in buildings:
        line1, code = building["place"]["line1"], building["place"]["postal_code"]
        building["location"] = f"{line1}, {code}" if (building["account"], line1) in seen else line1
        seen.add((building["account"], line1))


def firm_name(number: str) -> str:
    """The invented name of a firm."""
    if number in OFFICES:
        return OFFICES[number]
    index = int(number[3:])
    return f"{FIRST_WORDS[index // len(SECOND_WORDS)]} {SECOND_WORDS[index % len(SECOND_WORDS)]}"


def account_rows(buildings: list[dict]) -> Iterator[dict]:
    """A firm has its office in its first building."""
    seen = set()
    for building in buildings:
        number = building["account"]
        if number not in seen:
            seen.add(number)
            yield {"number": number, "name": firm_name(number), **building["place"]}


def serial(part: str, building: dict) -> str:
    return f"{part[:2].upper()}-{building['number']}"


def asset_rows(buildings: list[dict]) -> Iterator[dict]:
    """The parts of each building that its requests are about; the odd boiler is not shown to the customer."""
    for building in buildings:
        digest = zlib.crc32(building["number"].encode())
        for part in building["parts"]:
            name, category = ASSETS[part]
            yield {
                "account_number": building["account"],
                "serial_number": serial(part, building),
                "name": f"{name}, {building['location']}",
                "category": category,
                "location": building["location"],
                **building["place"],
                "installed_date": f"{1984 + digest % 36}-{1 + digest % 12:02d}-01",
                "is_exposed": "no" if digest % 13 == 0 else "yes",
            }


def work_order_rows(buildings: list[dict], first_day: date) -> Iterator[dict]:
    """A request of the city is a work order; a duplicate of another one is kept from the customer."""
    for building in buildings:
        for row, (service, part) in building["requests"]:
            reporters = REPORTERS.get(building["account"], ("",))
            resolution = row["resolution_description"]
            is_closed, ended = row["status"] == "Closed", end_of(row)
            yield {
                "external_number": f"311-{row['unique_key']}",
                "account_number": building["account"],
                "incident_type": service,
                "asset_serial_number": serial(part, building) if part else "",
                "location": building["location"],
                "reported_by_email": reporters[int(row["unique_key"]) % len(reporters)],
                "priority": "high" if row["descriptor"] in {"ENTIRE BUILDING", "HEAVY FLOW"} else "normal",
                "status": "completed" if ended else STATUSES[row["status"]],
                "summary": f"{row['complaint_type']}: {row['descriptor']}".capitalize(),
                "resolution": resolution if is_closed else "",
                "internal_notes": f"{row['agency']} {row['channel']} {row['community_board']}. {resolution}".strip(),
                "created_at": moved(row["created_date"], row, first_day),
                "completed_at": moved(ended, row, first_day),
                "is_exposed": "no" if "duplicate" in resolution else "yes",
            }


def end_of(row: dict) -> str:
    """When the request was done: as the table says, else in a few days where it is old by now; empty for what is open."""
    if row["status"] == "Closed":
        return row["closed_date"]
    created = datetime.fromisoformat(row["created_date"])
    _day, days_before = MOVED_DAYS[created.year]
    return (created + USUAL_TIME).isoformat() if days_before > OPEN_DAYS else ""


def freshened(source: Path, folder: Path, first_day: date) -> Path:
    """Our own requests, so many days later that the last thing done in them was done on the eve of the first day."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    times = ("created_at", "completed_at")
    last = max(datetime.fromisoformat(row[name]) for row in rows for name in times if row[name])
    shift = first_day - timedelta(days=1) - last.date()
    for row in rows:
        row |= {name: (datetime.fromisoformat(row[name]) + shift).isoformat() for name in times if row[name]}
    return write(folder / source.name, iter(rows))


def moved(text: str, row: dict, first_day: date) -> str:
    """A wall time of the table as many days later as its request was moved, at the latest on the eve of the first day."""
    if not text:
        return ""
    day, days_before = MOVED_DAYS[datetime.fromisoformat(row["created_date"]).year]
    shift = (first_day - timedelta(days=days_before)) - day
    eve = datetime.combine(first_day - timedelta(days=1), time(17))
    return min(datetime.fromisoformat(text) + shift, eve).isoformat()


def write(path: Path, rows: Iterator[dict]) -> Path:
    """Rows as a CSV file with the fields of the first one."""
    first = next(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)
    return path
