"""Invoices of agreements as free text invoices (DYNAMICS 7.1, 7.4)."""

from django.utils.translation import gettext_lazy as _

from integrations.templates.base import (
    OUT,
    TaskTemplate,
    Template,
    always,
    is_one_of,
    key,
    longest,
    lookup,
    needed,
    noon,
    plain,
    words,
)

SENT = (is_one_of("is_sent", True),)
# Where finance books what nobody assigned to another account.
MAIN_ACCOUNT = "401100"
AGREEMENT_INVOICES = Template(
    name="agreement-invoices",
    label=_("Agreement invoices to free text invoices"),
    about=_(
        "Issued invoices of agreements, and their credit notes below 0, become free text invoices. Finance takes changes until it posts them."
    ),
    needs=("accounts",),
    tasks=(
        TaskTemplate(
            "agreement_invoices",
            _("Invoices – headers"),
            "agreement_invoices",
            "CDSFreeTextInvoiceHeaders",
            OUT,
            (
                key("number", "ExternalInvoiceId", longest(20)),
                needed("account_number", "CustomerAccount", lookup("accounts")),
                needed("account_number", "InvoiceAccount", lookup("accounts")),
                needed("invoice_date", "InvoiceDate", noon()),
                needed("invoice_date", "DocumentDate", noon()),
                plain("due_date", "DueDate", noon()),
                needed("currency", "CurrencyCode"),
                always("InvoiceOriginType", "AgreementInvoiceIntegration"),
                plain("title", "InvoiceName", longest(60)),
                plain("agreement", "CustomerReference", longest(60)),
                needed("status", "ExternalInvoiceStatus", words(issued="Open", paid="Paid", canceled="Canceled")),
            ),
            conditions=SENT,
        ),
        TaskTemplate(
            "agreement_invoice_lines",
            _("Invoices – lines"),
            "agreement_invoice_lines",
            "CDSFreeTextInvoiceLines",
            OUT,
            (
                key("invoice", "ExternalInvoiceId", lookup("agreement_invoices")),
                key("line_number", "LineNumber"),
                needed("description", "Description", longest(60)),
                plain("description", "InvoiceText"),
                needed("quantity", "Quantity"),
                needed("unit_price", "UnitPrice"),
                needed("net", "TransactionCurrencyAmount"),
                always("MainAccountDisplayValue", MAIN_ACCOUNT),
                plain("tax_name", "SalesTaxItemGroupId", longest(10)),
            ),
            conditions=SENT,
        ),
    ),
)
TEMPLATES = (AGREEMENT_INVOICES,)
