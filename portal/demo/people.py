"""The logins of the demo (DESIGN.md, names that are fixed). Their password is known: never in production."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.accounts.domain.web_roles import assign_web_role, ship_web_roles
from portal.accounts.models import Account, Contact, StaffMember, User
from scheduling.models import BookableResource

PASSWORD = "callout-demo-2026"  # noqa: S105  printed by `make run`, refused outside the demo
PLATFORM = "platform@callout.example"


@dataclass(frozen=True)
class Login:
    """A contact that signs in."""

    email: str
    full_name: str
    account_number: str
    roles: tuple[str, ...]
    language: str = "en"


CONTACTS = {
    "harbor": (
        Login("approver@harbor.example", "Nora Castellan", "H-1001", ("fs-customer-approver",)),
        Login("reviewer@harbor.example", "Owen Gallagher", "H-1001", ("fs-customer-reviewer",)),
        Login("stranger@harbor.example", "Felix Okonkwo", "H-1002", ("fs-customer-approver",)),
    ),
    "meridian": (
        Login("psa-approver@meridian.example", "Priyanka Shah", "M-2001", ("psa-customer-approver",)),
        Login("psa-reviewer@meridian.example", "Stefan Brandt", "M-2001", ("psa-customer-reviewer",), "de"),
        Login("partner-approver@meridian.example", "Aoife Brennan", "M-3001", ("psa-partner-approver",)),
        Login("partner-manager@meridian.example", "Anke Vogel", "M-3002", ("partner-manager",), "de"),
        Login("partner-admin@meridian.example", "Jonas Keller", "M-3002", ("partner-administrator",)),
        Login("partner-seller@meridian.example", "Mina Osei", "M-3002", ("partner-seller",)),
        Login("booker@meridian.example", "Ruth Adler", "M-2003", ("fs-customer-approver", "self-service-scheduler")),
    ),
    "waha": (Login("approver@waha.example", "نورة الفلاسي", "W-3001", ("fs-customer-approver",), "ar"),),
}
TECHNICIANS = {"harbor": (("tech@harbor.example", "T-04"),)}


def open_login(email: str, **fields) -> User:
    """The user of this e-mail; a new one gets the demo's password and a confirmed address."""
    user = User.objects.filter(email=email).order_by("pk").first()
    if user is None:
        user = User(email=email, password=make_password(PASSWORD), **fields)
        user.save()
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def open_contacts(slug: str) -> None:
    """The contacts of the tenant in scope with their logins and web roles."""
    roles = ship_web_roles()
    for login in CONTACTS[slug]:
        user = open_login(login.email)
        contact = Contact.objects.filter(user=user).order_by("pk").first()
        if contact is None:
            contact = Contact.objects.create(
                account=Account.objects.get(number=login.account_number),
                user=user,
                full_name=login.full_name,
                email=login.email,
                language=login.language,
            )
            for key in login.roles:
                assign_web_role(contact, roles[key])


def open_staff(slug: str) -> None:
    """The staff of the tenant in scope, and the technicians that sign in."""
    StaffMember.objects.get_or_create(user=open_login(f"admin@{slug}.example"))
    for email, number in TECHNICIANS.get(slug, ()):
        user = open_login(email)
        if not BookableResource.objects.filter(user=user).exists():
            BookableResource.objects.filter(external_number=number).update(user=user)


def open_platform_login() -> None:
    """The platform's own staff."""
    open_login(PLATFORM, is_platform_staff=True)
