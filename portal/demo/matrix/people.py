"""Everybody who looks."""

from dataclasses import dataclass
from functools import partial

from allauth.account.models import EmailAddress

from portal.accounts.domain.web_roles import assign_web_role, withdraw_web_role
from portal.accounts.enums import Level, Section
from portal.accounts.models import Account, Contact, StaffMember, User, WebRole, WebRoleGrant
from portal.demo.matrix.canaries import For, Pen
from portal.demo.matrix.company import write_technician

# What one of each kind holds: service, projects, opportunities.
APPROVER = ("fs-customer-approver", "psa-customer-approver", "partner-administrator")
REVIEWER = ("fs-customer-reviewer", "psa-customer-reviewer", "partner-reader")


@dataclass(frozen=True)
class Principal:
    """Somebody who looks; `account` is the nickname of their account."""

    name: str
    user: User | None = None
    tenant: str = ""
    account: str = ""
    has_role: bool = False
    decides: bool = False
    is_contact: bool = False
    is_staff: bool = False
    is_technician: bool = False

    def as_json(self, password: str) -> dict:
        """How to sign in as this person, and what they are."""
        told = ("tenant", "account", "has_role", "decides", "is_contact", "is_staff", "is_technician")
        login = {"email": self.user.email, "password": password} if self.user else None
        return {"login": login, **{name: getattr(self, name) for name in told}}


def write_people(pen: Pen, own: Account, other: Account, password: str) -> dict[str, Principal]:
    """Everybody on the company's host, by name; `password` is a hash."""
    write_reader()
    login = partial(write_login, pen.tenant, password)
    contact = partial(write_contact, pen, password)
    members = {
        "no role": contact("no-role", own, nickname="own"),
        "reviewer": contact("reviewer", own, nickname="own", roles=REVIEWER),
        "approver": contact("approver", own, nickname="own", roles=APPROVER),
        "other account": contact("other", other, nickname="other", roles=APPROVER),
        "withdrawn": contact("withdrawn", own, nickname="own", roles=APPROVER),
        "dismissed": contact("dismissed", own, nickname="own", roles=APPROVER, is_active=False),
    }
    for key in APPROVER:
        withdraw_web_role(members["withdrawn"], WebRole.objects.get(key=key))
    staff, technician = login("staff"), login("technician")
    StaffMember.objects.create(user=staff)
    write_technician(pen, audience=For.TECHNICIAN, user=technician)
    of_own = {"tenant": pen.tenant, "account": "own", "is_contact": True}
    people = (
        Principal("anonymous", tenant=pen.tenant),
        Principal("no role", members["no role"].user, **of_own),
        Principal("reviewer", members["reviewer"].user, **of_own, has_role=True),
        Principal("approver", members["approver"].user, **of_own, has_role=True, decides=True),
        Principal(
            "other account",
            members["other account"].user,
            **(of_own | {"account": "other"}),
            has_role=True,
            decides=True,
        ),
        Principal("withdrawn", members["withdrawn"].user, **of_own),
        Principal("dismissed", members["dismissed"].user, tenant=pen.tenant),
        Principal("technician", technician, tenant=pen.tenant, is_technician=True),
        Principal("staff", staff, tenant=pen.tenant, is_staff=True),
    )
    return {each.name: each for each in people}


def write_reader() -> WebRole:
    """A web role of the company's own that reads opportunities; none like it is shipped."""
    role, is_new = WebRole.objects.get_or_create(key="partner-reader", defaults={"name": "Partner Reader"})
    if is_new:
        WebRoleGrant.objects.create(role=role, section=Section.OPPORTUNITIES, level=Level.READ)
    return role


def write_login(tenant: str, password: str, name: str) -> User:
    """A login with a confirmed address, the same one at a second run."""
    user, _ = User.objects.update_or_create(email=f"{name}@{tenant}.example", defaults={"password": password})
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def write_contact(
    pen: Pen, password: str, name: str, account: Account, *, nickname: str, roles: tuple[str, ...] = (), **values
) -> Contact:
    """A contact of the account with a login and, where named, web roles."""
    user = write_login(pen.tenant, password, name)
    own = Pen(pen.ledger, pen.tenant, nickname, For.ACCOUNT, name)
    contact = own.row(Contact, account=account, user=user, email=user.email, **values)
    for key in roles:
        assign_web_role(contact, WebRole.objects.get(key=key))
    return contact
