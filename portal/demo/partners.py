"""The partner programme of the demo: lead types, partners with what they take on, and how each of them works (PRT-1)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from partners.domain.history import Actor
from partners.enums import DeclineReason, ReturnReason
from partners.models import (
    LeadType,
    PartnerLeadType,
    PartnerProduct,
    PartnerProgramme,
    PartnerSettings,
    PartnerTerritory,
)
from portal.accounts.models import Account, Contact
from portal.catalog.models import Product
from portal.demo.catalogs import table
from portal.geo.distance import Point
from portal.geo.domain.places import save_place
from portal.geo.domain.territories import draw
from portal.geo.models import Place, Territory
from portal.tenancy.days import today

LEAD_TYPES = ("Maintenance contract", "Modernisation", "New lift", "Repair")
# The docks and the Isle of Dogs: an area that no postal code describes, drawn by its corners.
DOCKS = "Docklands riverside"
DOCKS_CORNERS = (
    (51.5125, -0.0450),
    (51.5125, 0.0080),
    (51.5010, 0.0120),
    (51.4850, -0.0010),
    (51.4840, -0.0220),
    (51.4960, -0.0310),
    (51.5040, -0.0450),
)
DECLINES = (DeclineReason.NO_TIME, DeclineReason.TOO_FAR, DeclineReason.NOT_OUR_WORK)
RETURNS = (ReturnReason.NO_RESPONSE, ReturnReason.LATER, ReturnReason.NO_FUNDING, ReturnReason.COMPETITOR)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a partner works: percentages of what it accepts, wins, gives back, lets lie and is rated for; hours until it answers."""

    actor: Actor
    accepts: int
    answers_in: int
    wins: int
    returns: int
    stalls: int
    rated: int


def open_programme() -> dict[str, Manner]:
    """The partners of the tenant in scope, by account number; what staff changed since stays."""
    PartnerSettings.objects.get_or_create()
    for name in LEAD_TYPES:
        LeadType.objects.get_or_create(name=name)
    docks, is_new = Territory.objects.get_or_create(name=DOCKS)
    if is_new:
        draw(docks, [tuple(Point(*corner) for corner in DOCKS_CORNERS)])
    return {row["account"]: open_partner(row) for row in table("meridian", "partners")}


def open_partner(row: dict[str, str]) -> Manner:
    """A partner of the table, with what it takes on."""
    account = Account.objects.get(number=row["account"])
    programme, is_new = PartnerProgramme.objects.get_or_create(
        account=account,
        defaults={
            "since_date": today() - dt.timedelta(days=int(row["since_days"])),
            "capacity": int(row["capacity"]),
            "minimum_revenue": Decimal(row["minimum_revenue"]) if row["minimum_revenue"] else None,
            "maximum_revenue": Decimal(row["maximum_revenue"]) if row["maximum_revenue"] else None,
        },
    )
    if is_new:
        cover(programme, row)
    numbers = {name: int(row[name]) for name in ("accepts", "answers_in", "wins", "returns", "stalls", "rated")}
    return Manner(Actor(Contact.objects.filter(account=account).order_by("full_name", "pk").first()), **numbers)


def cover(programme: PartnerProgramme, row: dict[str, str]) -> None:
    """Where the partner works, and what it takes."""
    PartnerTerritory.objects.bulk_create(
        PartnerTerritory(programme=programme, territory=each)
        for each in Territory.objects.filter(name__in=row["territories"].split(";"))
    )
    PartnerLeadType.objects.bulk_create(
        PartnerLeadType(programme=programme, lead_type=each)
        for each in LeadType.objects.filter(name__in=row["lead_types"].split(";"))
    )
    PartnerProduct.objects.bulk_create(
        PartnerProduct(programme=programme, product=each)
        for each in Product.objects.filter(code__in=row["products"].split(";"))
    )


def pause_partners() -> None:
    """Those of the table that take nothing at the moment."""
    paused = [row["account"] for row in table("meridian", "partners") if row["is_active"] == "no"]
    PartnerProgramme.objects.filter(account__number__in=paused).update(is_active=False)


def prospects() -> list[dict]:
    """What comes in, with the places of the customers, by the rows of the table."""
    lead_types = {each.name: each for each in LeadType.objects.all()}
    products = {each.code: each for each in Product.objects.all()}
    return [
        {
            "name": row["name"],
            "person": row["person"],
            "email": f"{row['person'].split()[-1].lower()}@{row['name'].split()[0].lower()}.example",
            "place": place_of(row),
            "lead_type": lead_types[row["lead_type"]],
            "products": [products[code] for code in row["products"].split(";")],
            "topic": row["topic"],
            "revenue": Decimal(row["revenue"]),
        }
        for row in table("meridian", "prospects")
    ]


def place_of(row: dict[str, str]) -> Place:
    """The address of a prospect in London."""
    return save_place(
        Place(
            line1=row["line1"],
            postal_code=row["postal_code"],
            city="London",
            country="GB",
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            time_zone="Europe/London",
        )
    )
