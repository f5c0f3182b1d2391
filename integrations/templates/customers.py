"""Accounts and contacts as customers and contact persons (DYNAMICS 7.1, 7.4)."""

from django.utils.translation import gettext_lazy as _

from integrations.templates.base import (
    OUT,
    TaskTemplate,
    Template,
    always,
    default,
    is_one_of,
    key,
    longest,
    lookup,
    needed,
    plain,
)

GROUP = "10"
# What the template of the source puts into every customer; staff change it in the mapping.
USUAL = (
    always("CustomerGroupId", GROUP),
    always("SiteId", "1"),
    always("WarehouseId", "13"),
    needed("language", "LanguageId", default("en-us")),
    needed("currency", "SalesCurrencyCode"),
)
ACCOUNTS = Template(
    name="accounts",
    label=_("Accounts to customers"),
    about=_("Active customers among the accounts become customers of finance, by their account number."),
    tasks=(
        TaskTemplate(
            "accounts",
            _("Accounts – customers"),
            "accounts",
            "CustomersV2",
            OUT,
            (
                key("number", "CustomerAccount"),
                needed("name", "OrganizationName", longest(100)),
                *USUAL,
                plain("street", "AddressStreet"),
                plain("city", "AddressCity", longest(60)),
                plain("postal_code", "AddressZipCode", longest(10)),
                plain("region", "AddressState", longest(10)),
                plain("country", "AddressCountryRegionISOCode"),
                plain("email", "PrimaryContactEmail"),
                plain("phone", "PrimaryContactPhone"),
            ),
            conditions=(is_one_of("kind", "customer"), is_one_of("is_active", True)),
        ),
    ),
)
CONTACTS = Template(
    name="contacts",
    label=_("Contacts"),
    about=_("People of customers become contact persons; those marked as customers in person become customers."),
    needs=("accounts",),
    tasks=(
        TaskTemplate(
            "contacts",
            _("Contacts – contact persons"),
            "contacts",
            "CDSContacts",
            OUT,
            (
                key("number", "ContactPersonId"),
                plain("first_name", "FirstName", longest(25)),
                needed("last_name", "LastName", longest(25)),
                needed("account_number", "AssociatedPartyNumber", lookup("accounts")),
                plain("email", "PrimaryEmailAddress"),
                plain("phone", "PrimaryPhoneNumber"),
            ),
            conditions=(is_one_of("sent_as", "contact_person"),),
        ),
        TaskTemplate(
            "contact_customers",
            _("Contacts – customers"),
            "contacts",
            "CustomersV2",
            OUT,
            (
                key("number", "CustomerAccount"),
                needed("full_name", "OrganizationName", longest(100)),
                *USUAL,
                plain("email", "PrimaryContactEmail"),
                plain("phone", "PrimaryContactPhone"),
            ),
            conditions=(is_one_of("sent_as", "customer"),),
        ),
    ),
)
TEMPLATES = (ACCOUNTS, CONTACTS)
