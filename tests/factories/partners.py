"""Partners, opportunities and where they are, in the tenant in scope; made by the domain, so that records hold."""

import datetime as dt

from partners.domain.deliveries import accept, deliver
from partners.domain.history import Actor
from partners.domain.opportunities import Content, create_opportunity, create_own
from partners.models import (
    Delivery,
    LeadType,
    Opportunity,
    PartnerLeadType,
    PartnerProduct,
    PartnerProgramme,
    PartnerRecord,
    PartnerSettings,
    PartnerTerritory,
)
from portal.accounts.enums import AccountKind
from portal.accounts.models import Contact
from portal.geo.models import Territory
from portal.kit import clock
from tests.factories import unique
from tests.factories.accounts import make_account, make_contact, make_staff
from tests.factories.geo import make_place, make_territory

SINCE = dt.date(2026, 1, 1)


def everywhere() -> Territory:
    """The territory of all places of the factories."""
    found = Territory.objects.filter(name="New York").order_by("pk").first()
    return found or make_territory("1", name="New York")


def make_partner(*, at=None, territories=None, lead_types=(), products=(), **fields) -> PartnerProgramme:
    """A partner account in the programme that covers New York; `at` is its position, `record` what its record says."""
    account = fields.pop("account", None)
    record = fields.pop("record", {})
    if account is None:
        place = make_place(**({"at": at} if at else {}))
        account = make_account(kind=AccountKind.PARTNER, name=fields.pop("name", unique("Partner ")), place=place)
    programme = PartnerProgramme.objects.create(account=account, **{"since_date": SINCE, **fields})
    for territory in [everywhere()] if territories is None else territories:
        PartnerTerritory.objects.create(programme=programme, territory=territory)
    for lead_type in lead_types:
        PartnerLeadType.objects.create(programme=programme, lead_type=lead_type)
    for product in products:
        PartnerProduct.objects.create(programme=programme, product=product)
    if record:
        PartnerRecord.objects.create(programme=programme, **record)
    return programme


def make_lead_type(**fields) -> LeadType:
    return LeadType.objects.create(**{"name": unique("Lead "), **fields})


def make_partner_settings(**fields) -> PartnerSettings:
    return PartnerSettings.objects.create(**fields)


def make_opportunity(**fields) -> Opportunity:
    """An opportunity of a customer in New York that nobody has."""
    if "customer" not in fields and "prospect_name" not in fields:
        fields["customer"] = make_account()
    content = Content(**{"topic": unique("Maintenance "), **fields})
    return create_opportunity(content, by=Actor())


def make_member(programme: PartnerProgramme, role: str = "partner-manager", **fields) -> Contact:
    """Somebody at the partner with a web role."""
    return make_contact(role, account=programme.account, **fields)


def acting(contact: Contact) -> Actor:
    """The contact as one who acts in the portal."""
    return Actor(contact, contact.user)


def staff() -> Actor:
    """Somebody of the company."""
    return Actor(user=make_staff())


def make_delivery(programme: PartnerProgramme | None = None, **fields) -> Delivery:
    """An opportunity that waits for the partner's answer."""
    opportunity = fields.pop("opportunity", None) or make_opportunity(**fields)
    return deliver(opportunity, (programme or make_partner()).account, by=Actor())


def make_accepted(programme: PartnerProgramme | None = None, *, by: Contact | None = None, **fields) -> Opportunity:
    """An opportunity that the partner has accepted."""
    delivery = make_delivery(programme, **fields)
    opportunity = Opportunity.objects.get(pk=delivery.opportunity_id)
    accept(opportunity, by=acting(by) if by else Actor())
    return opportunity


def make_own(contact: Contact, **fields) -> Opportunity:
    """An opportunity of the partner's own."""
    values = {"topic": unique("Lead "), "prospect_name": unique("Prospect "), "place": make_place()}
    return create_own(Content(**{**values, **fields}), contact.account, by=acting(contact))


def later(**by) -> dt.datetime:
    """So long from now."""
    return clock.now() + dt.timedelta(**by)
