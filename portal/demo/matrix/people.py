"""Everybody who looks."""

from dataclasses import dataclass
from functools import partial

from allauth.account.models import EmailAddress

from portal.accounts.domain.web_roles import assign_web_role, withdraw_web_role
from portal.accounts.enums import Level, Section
from portal.accounts.models import Account, Contact, StaffMember, User, WebRole, WebRoleGrant
from portal.demo.matrix.canaries import For, Pen
from portal.demo.matrix.company import write_technician

# What one of each kind holds: a customer has service and projects.
APPROVER = ("fs-customer-approver", "psa-customer-approver")
REVIEWER = ("fs-customer-reviewer", "psa-customer-reviewer")
# Contacts of the account that is looked at, by the web roles that each holds.
OF_OWN = {
    "no role": (),
    "reviewer": REVIEWER,
    "approver": APPROVER,
    "service reviewer": ("fs-customer-reviewer",),
    "service approver": ("fs-customer-approver",),
    "project reviewer": ("psa-customer-reviewer",),
    "project approver": ("psa-customer-approver",),
    "service approver, project reviewer": ("fs-customer-approver", "psa-customer-reviewer"),
    "opportunity reviewer": ("partner-reader",),
    "opportunity approver": ("partner-manager",),
    "two companies": ("psa-customer-reviewer",),
}
OF_PARTNER = {"partner reviewer": ("psa-partner-reviewer",), "partner approver": ("psa-partner-approver",)}


@dataclass(frozen=True)
class Principal:
    """Somebody who looks; `account` is the nickname of their account, `works_for` of the one on whose projects its people work.

    `sections` are those that a web role opens.
    """

    name: str
    user: User | None = None
    tenant: str = ""
    account: str = ""
    works_for: str = ""
    sections: frozenset[str] = frozenset()
    decides: bool = False
    is_contact: bool = False
    is_staff: bool = False
    is_technician: bool = False

    @property
    def has_role(self) -> bool:
        return bool(self.sections)

    def as_json(self, password: str) -> dict:
        """How to sign in as this person, and what they are."""
        told = ("tenant", "account", "has_role", "decides", "is_contact", "is_staff", "is_technician")
        login = {"email": self.user.email, "password": password} if self.user else None
        said = {name: getattr(self, name) for name in told}
        return {"login": login, **said, "works_for": self.works_for, "sections": sorted(self.sections)}


def write_people(pen: Pen, own: Account, other: Account, partner: Account, password: str) -> dict[str, Principal]:
    """Everybody on the company's host, by name; `password` is a hash."""
    write_reader()
    login = partial(write_login, pen.tenant, password)
    holder = partial(write_holder, pen, password)
    people = [
        Principal("anonymous", tenant=pen.tenant),
        *(holder(name, own, nickname="own", roles=roles) for name, roles in OF_OWN.items()),
        *(
            holder(name, partner, nickname="partner", roles=roles, works_for="own")
            for name, roles in OF_PARTNER.items()
        ),
        holder("other account", other, nickname="other", roles=APPROVER),
        write_withdrawn(pen, own, password),
        Principal("dismissed", write_dismissed(pen, own, password), tenant=pen.tenant),
        Principal("operator", login("operator", is_platform_staff=True), tenant=pen.tenant),
    ]
    staff, technician = login("staff"), login("technician")
    StaffMember.objects.create(user=staff)
    write_technician(pen, audience=For.TECHNICIAN, user=technician)
    people += [
        Principal("technician", technician, tenant=pen.tenant, is_technician=True),
        Principal("staff", staff, tenant=pen.tenant, is_staff=True),
    ]
    return {each.name: each for each in people}


def write_reader() -> None:
    """A web role of the company's own that reads opportunities and their revenue; none like it is shipped."""
    role, is_new = WebRole.objects.get_or_create(key="partner-reader", defaults={"name": "Partner Reader"})
    if is_new:
        WebRoleGrant.objects.create(role=role, section=Section.OPPORTUNITIES, level=Level.READ, sees_money=True)


def write_holder(
    pen: Pen, password: str, name: str, account: Account, *, nickname: str, roles: tuple[str, ...], works_for: str = ""
) -> Principal:
    """A contact with web roles, and what these open."""
    contact = write_contact(pen, password, slug_of(name), account, nickname=nickname, roles=roles)
    levels: dict = {}
    for grant in WebRoleGrant.objects.filter(role__key__in=roles).order_by("pk"):
        levels[grant.section] = grant.level
    return Principal(
        name,
        contact.user,
        tenant=pen.tenant,
        account=nickname,
        works_for=works_for,
        sections=frozenset(levels),
        decides=Level.DECIDE in levels.values(),
        is_contact=True,
    )


def write_withdrawn(pen: Pen, own: Account, password: str) -> Principal:
    """An approver until now."""
    contact = write_contact(pen, password, "withdrawn", own, nickname="own", roles=APPROVER)
    for key in APPROVER:
        withdraw_web_role(contact, WebRole.objects.get(key=key))
    return Principal("withdrawn", contact.user, tenant=pen.tenant, account="own", is_contact=True)


def write_dismissed(pen: Pen, own: Account, password: str) -> User | None:
    """The login of an approver who is no longer with the account."""
    return write_contact(pen, password, "dismissed", own, nickname="own", roles=APPROVER, is_active=False).user


def slug_of(name: str) -> str:
    """A name as the beginning of an address."""
    return name.removesuffix(" account").replace(",", "").replace(" ", "-")


def write_login(tenant: str, password: str, name: str, **values) -> User:
    """A login with a confirmed address, the same one at a second run."""
    defaults = {"password": password, **values}
    user, _ = User.objects.update_or_create(email=f"{name}@{tenant}.example", defaults=defaults)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def write_contact(
    pen: Pen, password: str, name: str, account: Account, *, nickname: str, roles: tuple[str, ...] = (), **values
) -> Contact:
    """A contact of the account with a login, a new one unless it is given, and, where named, web roles."""
    user = values.pop("user", None) or write_login(pen.tenant, password, name)
    own = Pen(pen.ledger, pen.tenant, nickname, For.ACCOUNT, name)
    contact = own.row(Contact, account=account, user=user, email=user.email, **values)
    for key in roles:
        assign_web_role(contact, WebRole.objects.get(key=key))
    return contact
