"""Copy an agreement, and renew it: the same service over another term (DYNAMICS 3.6)."""

import datetime as dt
from dataclasses import dataclass, replace

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.agreements import create_agreement, lock_agreement
from fieldservice.engine.rules import BadRule, parse
from fieldservice.enums import AgreementStatus
from fieldservice.models import (
    Agreement,
    AgreementAsset,
    BookingSetup,
    InvoiceSetup,
    InvoiceSetupLine,
    SetupIncident,
)
from fieldservice.models.setups import Recurring
from portal.audit.domain import record
from portal.kit.errors import DomainError

DAY = dt.timedelta(days=1)
# What a copied setup does not bring along: dates of another term, and what planning keeps.
LEFT = {
    "id",
    "tenant_id",
    "agreement_id",
    "setup_id",
    "extra_dates",
    "skipped_dates",
    "planned_until",
    "starts_date",
    "rule",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """What of an agreement is copied."""

    assets: bool = True
    visits: bool = True
    invoices: bool = True


@transaction.atomic
def copy_agreement(
    agreement: Agreement,
    *,
    start_date: dt.date,
    end_date: dt.date,
    name: str = "",
    parts: Parts | None = None,
    is_exposed: bool = False,
    by=None,
) -> Agreement:
    """An estimate like this agreement over another term; audited. Single dates stay behind, first and last days move with the term.

    Raises DomainError for a term that is none, and where the account is no longer served.
    """
    parts = parts or Parts()
    made = create_agreement(
        agreement.account,
        name=name or agreement.name,
        start_date=start_date,
        end_date=end_date,
        billing_account=agreement.billing_account,
        price_list=agreement.price_list,
        generation_time=agreement.generation_time,
        description=agreement.description,
        internal_notes=agreement.internal_notes,
        is_exposed=is_exposed,
        by=by,
    )
    record(by, "agreement.copy", made, after={"from": agreement.number})
    shift = relativedelta(start_date, agreement.start_date)
    if parts.assets:
        covered = AgreementAsset.objects.filter(agreement=agreement).order_by("pk")
        AgreementAsset.objects.bulk_create(AgreementAsset(agreement=made, asset_id=each.asset_id) for each in covered)
    for wanted, model, beside in (
        (parts.visits, BookingSetup, SetupIncident),
        (parts.invoices, InvoiceSetup, InvoiceSetupLine),
    ):
        for setup in model.objects.filter(agreement=agreement).order_by("pk") if wanted else ():
            copy_setup(setup, made, shift, beside)
    return made


def copy_setup(setup: Recurring, agreement: Agreement, shift: relativedelta, beside) -> None:
    """The setup with what belongs to it; single dates stay behind."""
    own = {name: value for name, value in values(setup).items() if name not in LEFT}
    made = type(setup).objects.create(
        agreement=agreement,
        rule=shifted(setup.rule, shift),
        starts_date=setup.starts_date + shift if setup.starts_date else None,
        **own,
    )
    rows = beside.objects.filter(setup=setup).order_by("pk")
    beside.objects.bulk_create(
        beside(setup=made, **{name: value for name, value in values(each).items() if name not in LEFT}) for each in rows
    )


def shifted(text: str, shift: relativedelta) -> str:
    """The rule with its last day as much later as the term is."""
    try:
        rule = parse(text) if text else None
    except BadRule:
        return ""
    if rule is None:
        return ""
    return replace(rule, until=rule.until + shift).text if rule.until else rule.text


def values(row) -> dict:
    """The row's own columns by name."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@transaction.atomic
def renew(agreement: Agreement, *, by=None) -> Agreement:
    """The next term, an estimate as long as this one, beginning the day after it ends; exposed where this one is; audited.

    Raises DomainError for an estimate or a canceled agreement, and when the next term exists already.
    """
    agreement = lock_agreement(agreement)
    if agreement.status not in {AgreementStatus.ACTIVE, AgreementStatus.EXPIRED}:
        raise DomainError(_("Only what was in force is renewed. Copy it instead."))
    start_date = agreement.end_date + DAY
    same = Agreement.objects.filter(account=agreement.account, name=agreement.name, start_date=start_date)
    if same.exclude(status=AgreementStatus.CANCELED).exists():
        raise DomainError(_("The next term exists already."))
    return copy_agreement(
        agreement,
        start_date=start_date,
        end_date=next_end(agreement.start_date, agreement.end_date),
        is_exposed=agreement.is_exposed,
        by=by,
    )


def next_end(start_date: dt.date, end_date: dt.date) -> dt.date:
    """The last day of a term that follows and is as long: whole months where it had whole months, else so many days."""
    start = end_date + DAY
    months = relativedelta(start, start_date)
    if not months.days:
        return start + relativedelta(years=months.years, months=months.months) - DAY
    return start + (end_date - start_date)
