"""Verbs over customer assets: create, change, move below another one, take out of service and back (FS-3).

The database keeps the trees (`asset_tree…` in the first migration): no circles, no more than MAXIMUM_DEPTH levels, the
master of every asset. Here its refusals become sentences.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.models import Asset, FunctionalLocation
from fieldservice.queries.assets import depth_of_parts, parents_of
from fieldservice.queries.trees import MAXIMUM_DEPTH
from portal.accounts.models import Account
from portal.audit.domain import record
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant

# What `create_asset` takes beside account, name and place in the tree.
DETAILS = frozenset(
    {
        "serial_number",
        "category",
        "product",
        "manufacturer",
        "model_name",
        "warranty_starts_date",
        "warranty_ends_date",
        "warranty_terms",
        "description",
        "internal_notes",
        "installed_date",
    }
)
REFUSALS = {
    "asset_tree_circle": gettext_lazy("This asset lies below the one that you move."),
    "asset_tree_depth": gettext_lazy("The tree would be too deep."),
    "asset_tree_parent": gettext_lazy("This asset is not there any more."),
}
SERIAL_CONSTRAINT = "asset_serial_once"


@transaction.atomic
def create_asset(
    account: Account,
    name: str,
    *,
    parent: Asset | None = None,
    location: FunctionalLocation | None = None,
    is_exposed: bool = False,
    by=None,
    **details: Any,
) -> Asset:
    """A new asset of the account, on its own or below `parent`; audited. `details` are fields of DETAILS.

    Raises DomainError when the account is no longer served, has an asset with this serial number, or the location is
    another account's.
    """
    if unknown := set(details) - DETAILS:
        raise TypeError(f"No details of an asset: {', '.join(sorted(unknown))}")
    if not account.is_active:
        raise DomainError(_("This account is no longer served."), field="account")
    check_location(account, location)
    asset = Asset(account=account, name=name, parent=parent, location=location, is_exposed=is_exposed, **details)
    with refusals():
        asset.save(force_insert=True)
    asset.refresh_from_db(fields=["master"])
    after = {"name": name, "serial_number": asset.serial_number, "part of": str(parent or ""), "is_exposed": is_exposed}
    record(by, "asset.create", asset, after=after)
    return asset


def check_location(account: Account, location: FunctionalLocation | None) -> None:
    """Raise DomainError unless the location is the account's own."""
    if location is not None and location.account_id != account.pk:
        raise DomainError(_("This location belongs to another account."), field="location")


@transaction.atomic
def move_asset(asset: Asset, parent: Asset | None, *, by=None) -> Asset:
    """Hang the asset with all its parts below `parent`, or on its own; audited. Repeating it changes nothing.

    Raises DomainError for a circle and for a tree that would be too deep.
    """
    check_move(asset, parent)
    locked = Asset.objects.select_for_update(of=("self",), no_key=True).select_related("parent").get(pk=asset.pk)
    before = locked.parent
    if before != parent:
        locked.parent = parent
        with refusals():
            locked.save(update_fields=["parent"])
        locked.refresh_from_db(fields=["master"])
        record(by, "asset.move", locked, before={"part of": str(before or "")}, after={"part of": str(parent or "")})
    asset.parent, asset.master_id = parent, locked.master_id
    return asset


def check_move(asset: Asset, parent: Asset | None) -> None:
    """Raise DomainError unless the asset may hang there. Other moves wait until this transaction ends."""
    lock_trees()
    if parent is None:
        return
    above = [parent.pk, *(each.pk for each in parents_of(parent))]
    if asset.pk in above:
        raise DomainError(REFUSALS["asset_tree_circle"], field="parent")
    if len(above) + depth_of_parts(asset) > MAXIMUM_DEPTH:
        raise DomainError(REFUSALS["asset_tree_depth"], field="parent")


def lock_trees() -> None:
    """Wait for the other moves of this company, before any row is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock_asset_trees(%s)", [current_tenant().pk])


@contextmanager
def refusals() -> Iterator[None]:
    """What the database refuses, as a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name == SERIAL_CONSTRAINT:
            raise DomainError(_("The account has an asset with this serial number."), field="serial_number") from error
        if name not in REFUSALS:
            raise
        raise DomainError(REFUSALS[name], field="parent") from error


def deactivate_asset(asset: Asset, *, by=None) -> Asset:
    """Take the asset out of service: it stays to be read with its history, and nobody asks for visits to it. Audited."""
    return set_active(asset, is_active=False, by=by)


def reactivate_asset(asset: Asset, *, by=None) -> Asset:
    """Bring it back into service; audited."""
    return set_active(asset, is_active=True, by=by)


@transaction.atomic
def set_active(asset: Asset, *, is_active: bool, by=None) -> Asset:
    locked = Asset.objects.select_for_update(of=("self",), no_key=True).get(pk=asset.pk)
    if locked.is_active != is_active:
        locked.is_active = is_active
        locked.save(update_fields=["is_active"])
        action = "asset.reactivate" if is_active else "asset.deactivate"
        record(by, action, locked, before={"is_active": not is_active}, after={"is_active": is_active})
    asset.is_active = is_active
    return asset
