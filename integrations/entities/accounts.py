"""Accounts as customers of the other system (DYNAMICS 7.4)."""

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from integrations.entities.base import Entity, Field, Kind, Source, register
from integrations.entities.places import address_fields
from portal.accounts.enums import AccountKind
from portal.accounts.models import Account, Contact
from portal.catalog.models import BillingTerms
from portal.tenancy.scope import current_tenant


def query():
    """Accounts with their address, first contact and billing terms; one query."""
    people = Contact.objects.filter(account=OuterRef("pk"), is_active=True).order_by("created_at", "pk")
    terms = BillingTerms.objects.filter(account=OuterRef("pk")).order_by("pk")
    return Account.objects.select_related("place", "parent").annotate(
        first_email=Subquery(people.values("email")[:1]),
        first_phone=Subquery(people.values("phone")[:1]),
        first_name=Subquery(people.values("full_name")[:1]),
        terms_days=Subquery(terms.values("payment_days")[:1]),
        terms_exempt=Subquery(terms.values("is_tax_exempt")[:1]),
        terms_tax=Subquery(terms.values("tax_code__name")[:1]),
    )


FIELDS = (
    Field("number", _("Account number"), Kind.TEXT, "number"),
    Field("name", _("Name"), Kind.TEXT, "name"),
    Field("kind", _("Kind"), Kind.TEXT, "kind", choices=tuple(AccountKind.values)),
    Field("parent_number", _("Number of the parent"), Kind.TEXT, "parent.number"),
    Field("is_active", _("Active"), Kind.BOOLEAN, "is_active"),
    Field("email", _("E-mail of the first contact"), Kind.TEXT, "first_email"),
    Field("phone", _("Phone of the first contact"), Kind.TEXT, "first_phone"),
    Field("contact_name", _("Name of the first contact"), Kind.TEXT, "first_name"),
    *address_fields(lambda each: each.place),
    Field("currency", _("Currency"), Kind.TEXT, lambda each: current_tenant().currency),
    Field("language", _("Language"), Kind.TEXT, lambda each: current_tenant().default_language),
    Field("payment_days", _("Days to pay"), Kind.INTEGER, "terms_days"),
    Field("is_tax_exempt", _("Exempt from tax"), Kind.BOOLEAN, lambda each: bool(each.terms_exempt)),
    Field("tax_code", _("Tax code"), Kind.TEXT, "terms_tax"),
    Field("created_at", _("Created"), Kind.INSTANT, "created_at"),
)
ACCOUNTS = register(
    Entity(
        name="accounts",
        label=_("Accounts"),
        model=Account,
        key="number",
        fields=FIELDS,
        query=query,
        sources=(
            Source("accounts_account"),
            Source("accounts_contact", "account_id"),
            Source("catalog_billingterms", "account_id"),
            Source("geo_place", "place_id", "accounts_account"),
        ),
    )
)
