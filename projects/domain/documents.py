"""What quotes, contracts and project invoices share: one row at a time, steps by the table, of one account."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from portal.access.models import ExposedModel
from portal.accounts.models import Account
from portal.kit.errors import Conflict, DomainError

Document = TypeVar("Document", bound=ExposedModel)


def lock(document: Document) -> Document:
    """The row as it is now, locked until the transaction ends. Raises Conflict where somebody threw it away."""
    rows = type(document).objects.filter(pk=document.pk).order_by("pk")
    found = rows.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise Conflict(_("Somebody has thrown this away meanwhile."))
    return found


def refresh(document: Document, locked: Document) -> Document:
    """Give the caller's object what was written."""
    for field in type(document)._meta.concrete_fields:
        setattr(document, field.attname, getattr(locked, field.attname))
    return document


def check_step(status: Any, to: Any, transitions: Mapping) -> None:
    """Raise DomainError unless the table knows the step; `status` and `to` are members of the same choices."""
    if to not in transitions[status]:
        raise DomainError(
            _("What is “%(before)s” cannot become “%(after)s”.") % {"before": status.label, "after": to.label}
        )


def check_account(account: Account, **records: Any) -> None:
    """Raise DomainError where one of the records, named by its field, belongs to another account."""
    for field, record in records.items():
        if record is not None and record.account_id != account.pk:
            raise DomainError(_("This record belongs to another account."), field=field)
