"""Whose money a record is about, and whether the viewer sees it (TEN-5): exposure follows the service account, money the billing account."""

from typing import Any
from uuid import UUID

from django.db.models import Model

from portal.access.clauses import access_of
from portal.access.viewer import Viewer


def sees_money_of(viewer: Viewer | None, obj: Model) -> bool:
    """Whether prices, totals and balances of this record may be shown, on whatever channel.

    A model whose payer is not its account says so by `class Access: money_account = "billing_account"`; where that
    is empty, the account pays. The payer must be within the viewer's reach by a web role that sees money: a record that
    somebody sees because it was shared, or because of its service account, does not bring its money along. Rows of a
    list ask no query as long as the path leads over columns of the row, or over what was joined by `select_related`.
    """
    payer = payer_of(obj)
    if not viewer or payer is None:
        return False
    return viewer.may_see_money(access_of(type(obj)).section, payer)


def payer_of(obj: Model) -> UUID | None:
    """The account that pays for the record."""
    access = access_of(type(obj))
    path = getattr(access, "money_account", access.account)
    return account_id_at(obj, path) or account_id_at(obj, access.account)


def account_id_at(obj: Model, path: str) -> UUID | None:
    """The id of the account that a path like "agreement__billing_account" leads to; None where it ends early."""
    *steps, last = path.split("__")
    for step in steps:
        obj = getattr(obj, step)
        if obj is None:
            return None
    field: Any = obj._meta.get_field(last)
    return getattr(obj, field.attname)
