"""Warehouses that another system maintains: taken in here, read-only from then on (INT-1, DYNAMICS 7.5)."""

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.models import Warehouse
from portal.audit.domain import record
from portal.kit.errors import DomainError


@transaction.atomic
def take_in_warehouse(number: str, *, name: str, is_active: bool = True, by=None) -> tuple[Warehouse, bool, list[str]]:
    """Write a warehouse as the other system has it; audited. Returns it, whether it is new, and what changed.

    Raises DomainError for one of this number that is counted here: nobody gives its stock away by accident.
    """
    known = Warehouse.objects.select_for_update(of=("self",), no_key=True).filter(number=number).order_by("pk").first()
    if known is not None and not known.is_externally_maintained:
        raise DomainError(_("The warehouse “%(name)s” is counted here.") % {"name": known}, field="number")
    warehouse = known or Warehouse(number=number, is_externally_maintained=True)
    wanted = {"name": name, "is_active": is_active}
    before = {key: str(getattr(warehouse, key)) for key, value in wanted.items() if getattr(warehouse, key) != value}
    for key in before:
        setattr(warehouse, key, wanted[key])
    if known is None:
        warehouse.save(force_insert=True)
    elif before:
        warehouse.save(update_fields=list(before))
    if known is None or before:
        after = {key: str(wanted[key]) for key in before}
        record(by, "warehouse.take_in", warehouse, before=before if known else {}, after=after)
    return warehouse, known is None, list(before)
