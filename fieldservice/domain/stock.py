"""Movements of stock: booked in a journal, from which PostgreSQL sums up the levels (DYNAMICS 7.5).

Whoever books holds the rows of the levels until the transaction ends. They are taken in one order, and after those of work orders.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.enums import JournalKind, JournalReason, OutOfStock
from fieldservice.models import FieldServiceSettings, InventoryJournal, ProductInventory, Warehouse, WorkOrder
from portal.audit.domain import record
from portal.catalog.enums import ProductKind
from portal.catalog.models import Product
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.money import ZERO, number_text


class BeyondStock(DomainError):
    """More is taken than is available. Where `may_confirm`, the same is done once somebody says so."""

    def __init__(self, message, *, may_confirm: bool):
        super().__init__(message)
        self.may_confirm = may_confirm


class Movement(NamedTuple):
    """So much more of a product on a level of a warehouse, or less below 0, for the line `source_key`."""

    warehouse_id: UUID
    product_id: UUID
    kind: JournalKind
    quantity: Decimal
    source_key: UUID | None = None


class Cause(NamedTuple):
    """What movements came of, and what people call it."""

    reason: JournalReason
    source: str = ""
    work_order: WorkOrder | None = None


def between(before: Iterable[Movement], after: Iterable[Movement]) -> list[Movement]:
    """What is to be booked where the journal holds `before` and is to hold `after`."""
    sums: dict[tuple, Decimal] = defaultdict(lambda: ZERO)
    for sign, movements in ((-1, before), (1, after)):
        for each in movements:
            sums[each.warehouse_id, each.product_id, each.kind, each.source_key] += sign * each.quantity
    return [Movement(*key[:3], quantity, key[3]) for key, quantity in sums.items() if quantity]


def book(movements: Iterable[Movement], cause: Cause) -> None:
    """Write movements into the journal, in the caller's transaction."""
    now = clock.now()
    InventoryJournal.objects.bulk_create(
        InventoryJournal(
            warehouse_id=each.warehouse_id,
            product_id=each.product_id,
            kind=each.kind,
            quantity=each.quantity,
            source_key=each.source_key,
            reason=cause.reason,
            source=cause.source,
            work_order=cause.work_order,
            created_at=now,
        )
        for each in sorted(movements, key=lambda each: (each.warehouse_id, each.product_id, each.kind))
        if each.quantity
    )


def take(movements: Sequence[Movement], cause: Cause, *, is_confirmed: bool = False) -> None:
    """Book movements; what they make less available must be there, or somebody `is_confirmed` to know that it is not.

    Raises BeyondStock. Call it in a transaction, which undoes what was booked: the levels are looked at once they are held.
    """
    book(movements, cause)
    taken: dict[tuple[UUID, UUID], Decimal] = defaultdict(lambda: ZERO)
    for each in movements:
        if each.kind != JournalKind.ON_ORDER:
            sign = 1 if each.kind == JournalKind.ON_HAND else -1
            taken[each.warehouse_id, each.product_id] += sign * each.quantity
    lowered = [key for key, quantity in taken.items() if quantity < ZERO]
    if not lowered:
        return
    asked = Q()
    for warehouse_id, product_id in lowered:
        asked |= Q(warehouse_id=warehouse_id, product_id=product_id)
    short = ProductInventory.objects.filter(asked, available__lt=0).select_related("warehouse", "product")
    level = short.order_by("product__name", "pk").first()
    if level is None:
        return
    may_confirm = settings_now().out_of_stock == OutOfStock.CONFIRM
    if may_confirm and is_confirmed:
        return
    before = level.available - taken[level.warehouse_id, level.product_id]
    sentence = _("%(warehouse)s has %(available)s of “%(product)s” available.") % {
        "warehouse": level.warehouse,
        "available": number_text(before, get_language()),
        "product": level.product,
    }
    raise BeyondStock(sentence, may_confirm=may_confirm)


def settings_now() -> FieldServiceSettings:
    """The tenant's settings as they are."""
    return FieldServiceSettings.objects.select_related("warehouse").order_by("pk").first() or FieldServiceSettings()


def check_stocked(product: Product) -> None:
    """Raise DomainError for what no warehouse counts."""
    if product.kind != ProductKind.INVENTORY:
        raise DomainError(_("“%(product)s” is no inventory product.") % {"product": product}, field="product")


def check_open(warehouse: Warehouse, *, field: str = "warehouse") -> None:
    """Raise DomainError for a warehouse that is no longer used."""
    if not warehouse.is_active:
        raise DomainError(_("The warehouse “%(name)s” is no longer used.") % {"name": warehouse}, field=field)


@transaction.atomic
def match_level(
    warehouse: Warehouse,
    product: Product,
    *,
    on_hand: Decimal | None = None,
    on_order: Decimal | None = None,
    reason: JournalReason = JournalReason.EXTERNAL,
    by=None,
) -> ProductInventory:
    """Book what makes the level what another system says; None leaves a level alone. Audited where something differs.

    Raises DomainError for what is no inventory product.
    """
    check_stocked(product)
    level = level_of(warehouse, product)
    wanted = ((JournalKind.ON_HAND, on_hand), (JournalKind.ON_ORDER, on_order))
    movements = [
        Movement(warehouse.pk, product.pk, kind, said - getattr(level, kind))
        for kind, said in wanted
        if said is not None and said != getattr(level, kind)
    ]
    if movements:
        book(movements, Cause(reason))
        before = {each.kind.value: str(getattr(level, each.kind)) for each in movements}
        level.refresh_from_db()
        after = {each.kind.value: str(getattr(level, each.kind)) for each in movements}
        record(by, "product_inventory.match", level, before=before, after=after)
    return level


def level_of(warehouse: Warehouse, product: Product) -> ProductInventory:
    """The level as it is now, locked until the transaction ends; made with nothing on it where there is none."""
    ProductInventory.objects.bulk_create(
        [ProductInventory(warehouse=warehouse, product=product)],
        ignore_conflicts=True,
    )
    levels = ProductInventory.objects.select_for_update(of=("self",), no_key=True)
    return levels.get(warehouse=warehouse, product=product)
