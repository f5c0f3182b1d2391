"""Give people a login: to contacts and to staff, by e-mail."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Contact, StaffMember, User
from portal.audit.domain import record
from portal.kit.errors import Conflict


def login_of(email: str) -> User:
    """The login of this e-mail, made without a password if there is none; its owner sets one by e-mail.

    The caller learns nothing about whether it was there before (TEN-8).
    """
    user, _is_new = User.objects.get_or_create(email=email.strip().lower(), defaults={"password": make_password(None)})
    return user


@transaction.atomic
def give_login(contact: Contact, email: str, *, by=None) -> Contact:
    """Let the person with this e-mail sign in as the contact; audited.

    Raises Conflict when the e-mail signs in as another contact of the tenant.
    """
    user = login_of(email)
    if Contact.objects.filter(user=user).exclude(pk=contact.pk).exists():
        raise Conflict(_("This e-mail signs in as another contact."), field="email")
    former = contact.user
    contact.user = user
    contact.save(update_fields=["user"])
    record(by, "contact.give_login", contact, before=named(former), after=named(user))
    return contact


@transaction.atomic
def withdraw_login(contact: Contact, *, by=None) -> Contact:
    """Nobody signs in as the contact any more, from the next request on; audited."""
    former = contact.user
    if former is not None:
        contact.user = None
        contact.save(update_fields=["user"])
        record(by, "contact.withdraw_login", contact, before=named(former))
    return contact


@transaction.atomic
def join_staff(email: str, *, by=None) -> StaffMember:
    """Open the tenant's admin to the person with this e-mail, once; audited."""
    member, is_new = StaffMember.objects.get_or_create(user=login_of(email))
    if is_new:
        record(by, "staff.join", member, after={"login": member.user.email})
    return member


def named(user: User | None) -> dict[str, str]:
    return {"login": user.email} if user else {}
