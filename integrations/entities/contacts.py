"""Contacts: customers in person, or contact persons of an account that is a customer (DYNAMICS 7.4)."""

from django.utils.translation import gettext_lazy as _

from integrations.entities.base import Entity, Field, Kind, Source, register
from integrations.entities.places import address_fields
from portal.accounts.enums import AccountKind
from portal.accounts.models import Contact
from portal.tenancy.scope import current_tenant

CUSTOMER, PERSON, NOBODY = "customer", "contact_person", "nobody"
SENT_AS = (CUSTOMER, PERSON, NOBODY)


def query():
    """Contacts with their accounts; one query."""
    return Contact.objects.select_related("account__place")


def sent_as(contact: Contact) -> str:
    """A customer in person as a customer; somebody of a customer's account as a contact person; others are not sent."""
    if contact.is_active_customer:
        return CUSTOMER
    account = contact.account
    return PERSON if account.kind == AccountKind.CUSTOMER and account.is_active else NOBODY


def first_name(contact: Contact) -> str:
    """All but the last word of the name; the whole name is exchanged beside it."""
    return contact.full_name.rpartition(" ")[0]


def last_name(contact: Contact) -> str:
    """The last word of the name."""
    return contact.full_name.rpartition(" ")[2]


FIELDS = (
    Field("number", _("Contact number"), Kind.TEXT, "number"),
    Field("sent_as", _("Sent as"), Kind.TEXT, sent_as, choices=SENT_AS),
    Field("full_name", _("Name"), Kind.TEXT, "full_name"),
    Field("first_name", _("First names"), Kind.TEXT, first_name),
    Field("last_name", _("Last name"), Kind.TEXT, last_name),
    Field("email", _("E-mail"), Kind.TEXT, "email"),
    Field("phone", _("Phone"), Kind.TEXT, "phone"),
    Field("account_number", _("Account number"), Kind.TEXT, "account.number"),
    Field("account_name", _("Name of the account"), Kind.TEXT, "account.name"),
    *address_fields(lambda each: each.account.place),
    Field("currency", _("Currency"), Kind.TEXT, lambda each: current_tenant().currency),
    Field("language", _("Language"), Kind.TEXT, "language"),
    Field("is_active", _("Active"), Kind.BOOLEAN, "is_active"),
)
CONTACTS = register(
    Entity(
        name="contacts",
        label=_("Contacts"),
        model=Contact,
        key="number",
        fields=FIELDS,
        query=query,
        sources=(
            Source("accounts_contact"),
            Source("accounts_account", "account_id", "accounts_contact"),
            Source("geo_place", "account__place_id", "accounts_contact"),
        ),
    )
)
