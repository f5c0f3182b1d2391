"""Accounts, logins, contacts, web roles, staff."""

from portal.accounts.models import Account, Contact, ContactRole, StaffMember, User, WebRole, WebRoleGrant
from tests.factories import unique
from tests.factories.geo import make_place

PASSWORD = "a long enough password"


def make_user(**fields) -> User:
    return User.objects.create_user(**{"email": f"{unique('person')}@example.com", "password": PASSWORD, **fields})


def make_account(**fields) -> Account:
    """A customer account with an address."""
    if "place" not in fields:
        fields["place"] = make_place()
    return Account.objects.create(**{"number": unique("A-"), "name": unique("Account "), **fields})


def make_contact(*roles: str, **fields) -> Contact:
    """A contact with a login and the shipped web roles of these keys; `user=None` makes one without a login."""
    if "account" not in fields:
        fields["account"] = make_account()
    if "user" not in fields:
        fields["user"] = make_user()
    user = fields["user"]
    values = {"full_name": unique("Contact "), "email": user.email if user else f"{unique('contact')}@example.com"}
    contact = Contact.objects.create(**{**values, **fields})
    for key in roles:
        ContactRole.objects.create(contact=contact, role=WebRole.objects.get(key=key))
    return contact


def make_reviewer(**fields) -> Contact:
    return make_contact("fs-customer-reviewer", **fields)


def make_approver(**fields) -> Contact:
    return make_contact("fs-customer-approver", **fields)


def make_web_role(*grants: tuple[str, str], sees_money: bool = False, **fields) -> WebRole:
    """A web role of the tenant's own with these (section, level), each with or without its money."""
    role = WebRole.objects.create(**{"name": unique("Role "), **fields})
    for section, level in grants:
        WebRoleGrant.objects.create(role=role, section=section, level=level, sees_money=sees_money)
    return role


def make_staff(**fields) -> User:
    """A login on the staff of the tenant in scope."""
    user = make_user(**fields)
    StaffMember.objects.create(user=user)
    return user
