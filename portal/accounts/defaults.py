"""The web roles that every tenant begins with (TEN-4)."""

from dataclasses import dataclass

from portal.accounts.enums import Level, Section


@dataclass(frozen=True, slots=True)
class ShippedRole:
    """A web role as it is shipped: the level in each section, the sections whose money it sees, and those of which it sees own records only."""

    name: str
    description: str
    levels: dict[Section, Level]
    money: frozenset[Section] = frozenset()
    own_only: frozenset[Section] = frozenset()
    manages_team: bool = False


FIELD_MONEY = frozenset({Section.FIELD_SERVICE, Section.SCHEDULING})
PROJECT_MONEY = frozenset({Section.PROJECTS})
# A partner weighs an opportunity by its estimated revenue.
OPPORTUNITIES = frozenset({Section.OPPORTUNITIES})

# By key. Customers see what they pay; those who only book, and partners on a customer's project, see no money.
SHIPPED_WEB_ROLES = {
    "fs-customer-approver": ShippedRole(
        "FS Customer Approver",
        "Sees field service records, asks for service, books and signs",
        {Section.FIELD_SERVICE: Level.DECIDE, Section.SCHEDULING: Level.DECIDE},
        FIELD_MONEY,
    ),
    "fs-customer-reviewer": ShippedRole(
        "FS Customer Reviewer",
        "Sees field service records and visits",
        {Section.FIELD_SERVICE: Level.READ, Section.SCHEDULING: Level.READ},
        FIELD_MONEY,
    ),
    "psa-customer-approver": ShippedRole(
        "PSA Customer Approver",
        "Sees projects, decides quotes",
        {Section.PROJECTS: Level.DECIDE},
        PROJECT_MONEY,
    ),
    "psa-customer-reviewer": ShippedRole(
        "PSA Customer Reviewer", "Sees projects", {Section.PROJECTS: Level.READ}, PROJECT_MONEY
    ),
    "psa-partner-approver": ShippedRole(
        "PSA Partner Approver",
        "Sees and works on the projects of the partner's people",
        {Section.PROJECTS: Level.DECIDE},
    ),
    "psa-partner-reviewer": ShippedRole(
        "PSA Partner Reviewer",
        "Sees the projects of the partner's people",
        {Section.PROJECTS: Level.READ},
    ),
    "partner-manager": ShippedRole(
        "Partner Manager",
        "Receives and works opportunities",
        {Section.OPPORTUNITIES: Level.DECIDE},
        OPPORTUNITIES,
    ),
    "partner-administrator": ShippedRole(
        "Partner Administrator",
        "Receives and works opportunities, manages the partner's team",
        {Section.OPPORTUNITIES: Level.DECIDE},
        OPPORTUNITIES,
        manages_team=True,
    ),
    "partner-seller": ShippedRole(
        "Partner Seller",
        "Works the opportunities that are assigned to or shared with the contact",
        {Section.OPPORTUNITIES: Level.DECIDE},
        OPPORTUNITIES,
        own_only=OPPORTUNITIES,
    ),
    "self-service-scheduler": ShippedRole(
        "Self-Service Scheduler",
        "Books, moves and cancels visits",
        {Section.SCHEDULING: Level.DECIDE},
    ),
}
