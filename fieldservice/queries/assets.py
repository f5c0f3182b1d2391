"""Customer assets: what lists, pages and trees show (FS-3)."""

import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject

from fieldservice.models import Agreement, Asset, FunctionalLocation, WorkOrder, WorkOrderIncident
from fieldservice.queries.trees import above, below, levels_below
from portal.access.clauses import Ids, IsAnyOf
from portal.web.paging import Order, Page, Sort, moment, page_of, words

# What a line of the list and of its export is made of; nothing else is read.
LIST_FIELDS = (
    "name",
    "serial_number",
    "category",
    "manufacturer",
    "model_name",
    "installed_date",
    "warranty_starts_date",
    "warranty_ends_date",
    "is_active",
    "product__name",
    "location__name",
    "location__place__line1",
    "location__place__postal_code",
    "location__place__city",
    "location__place__country",
)
NEVER = dt.date(9999, 12, 31)
ACTIVE, INACTIVE, EVERY = Q(is_active=True), Q(is_active=False), Q(is_active__in=[True, False])
# A tree that is larger is shown around one asset only.
TREE_SHOWN = 100
PARTS_A_PAGE = 25
HISTORY_A_PAGE = 10
AGREEMENTS_SHOWN = 20
CHOICES = 300
BY_NAME = Order(Sort("name", "", "name", parse=words), is_descending=False)
NEWEST_FIRST = Order(Sort("created", "", "created_at", parse=moment, is_descending=True), is_descending=True)


def asset_list(viewer) -> QuerySet:
    """Assets as the list shows them."""
    return Asset.objects.select_related("product", "location__place").only(*LIST_FIELDS)


def asset_detail(viewer) -> QuerySet:
    """An asset as its page shows it; `agreement_rows` are the visible agreements that cover it, those that end last first."""
    covering = Agreement.objects.visible_to(viewer).filter(coverage__asset=OuterRef("pk")).order_by("-end_date", "-pk")
    row = JSONObject(pk="pk", number="number", name="name", status="status", ends="end_date")
    return (
        Asset.objects.select_related("account__place", "product", "location__place")
        .defer("internal_notes")
        .annotate(agreement_rows=ArraySubquery(covering.values(row=row)[:AGREEMENTS_SHOWN]))
    )


def warranty_end() -> Coalesce:
    """The day by which a list sorts: an asset without a warranty comes last."""
    return Coalesce(F("warranty_ends_date"), Value(NEVER))


def asset_matches(viewer, word: str) -> Q:
    """What a search looks at."""
    locations = FunctionalLocation.objects.filter(name__icontains=word)
    return (
        Q(name__icontains=word)
        | Q(serial_number__icontains=word)
        | Q(category__icontains=word)
        | Q(manufacturer__icontains=word)
        | Q(model_name__icontains=word)
        | Q(location__in=locations.values("pk"))
    )


def choices_of(viewer) -> tuple[list[str], list[tuple]]:
    """The categories, and the locations as (id, name), of the assets that the viewer sees; one query."""
    seen = Asset.objects.visible_to(viewer).order_by("category", "location__name", "location")
    rows = list(seen.values_list("category", "location", "location__name").distinct()[:CHOICES])
    categories = sorted({category for category, _pk, _name in rows if category})
    locations = sorted({(name, pk) for _category, pk, name in rows if pk})
    return categories, [(str(pk), name) for name, pk in locations]


def under_warranty(today: dt.date) -> Q:
    """Begun, or without a known beginning, and not yet ended on this day."""
    begun = Q(warranty_starts_date__isnull=True) | Q(warranty_starts_date__lte=today)
    return begun & Q(warranty_ends_date__gte=today)


def warranty_over(today: dt.date) -> Q:
    return Q(warranty_ends_date__lt=today)


def no_warranty() -> Q:
    return Q(warranty_ends_date__isnull=True)


def find_assets(viewer, text: str) -> QuerySet:
    """For the portal's search: visible assets by name or serial number."""
    found = Asset.objects.visible_to(viewer).filter(Q(name__icontains=text) | Q(serial_number__icontains=text))
    return found.order_by("name", "pk")[:10]


# Trees.


def parents_of(asset: Asset) -> list[Asset]:
    """Everything that the asset hangs on, in no order; one query, none where it hangs on nothing."""
    if asset.parent_id is None:
        return []
    return list(Asset.objects.filter(pk__in=above(Asset, [asset.pk])).order_by("pk"))


def depth_of_parts(asset: Asset) -> int:
    """How many levels of parts lie below the asset; none below one that is only being made."""
    rows = Asset.objects.filter(pk=asset.pk).annotate(levels=levels_below(Asset, [asset.pk]))
    return rows.values_list("levels", flat=True).order_by("pk").first() or 0


def seen_tree(viewer, asset: Asset) -> list[Asset]:
    """The visible assets of the tree that the asset stands in, by name; more than TREE_SHOWN means: too many to show."""
    top = asset.master_id or asset.pk
    in_tree = Asset.objects.visible_to(viewer).filter(Q(master=top) | Q(pk=top))
    return list(in_tree.only("name", "serial_number", "parent", "is_active").order_by("name", "pk")[: TREE_SHOWN + 1])


def seen_parts(viewer, asset: Asset, *, after: str = "") -> Page:
    """A page of the visible parts right below the asset."""
    parts = Asset.objects.visible_to(viewer).filter(parent=asset)
    return page_of(parts.only("name", "serial_number", "parent", "is_active"), BY_NAME, after=after, size=PARTS_A_PAGE)


def parents_as_seen(viewer, assets: list[Asset]) -> list[Asset]:
    """Everything above these assets, as `is_seen` says: the viewer opens its page. One query."""
    seen = Asset.objects.visible_to(viewer).filter(pk=OuterRef("pk"))
    parents = Asset.objects.filter(pk__in=above(Asset, [each.pk for each in assets]))
    return list(parents.annotate(is_seen=Exists(seen)).only("name", "serial_number", "parent", "account", "is_active"))


def whole_tree(asset: Asset) -> list[Asset]:
    """For staff: the tree that the asset stands in, as far as TREE_SHOWN."""
    top = asset.master_id or asset.pk
    rows = list(Asset.objects.filter(Q(master=top) | Q(pk=top)).order_by("name", "pk")[:TREE_SHOWN])
    return rows if asset in rows else [*rows, asset]


def location_path(location: FunctionalLocation) -> list[FunctionalLocation]:
    """The location with what it is part of, as far as the same account's, in no order; no query where it is part of nothing."""
    if location.parent_id is None:
        return [location]
    parents = FunctionalLocation.objects.filter(
        pk__in=above(FunctionalLocation, [location.pk]), account_id=location.account_id
    )
    return [location, *parents.order_by("pk")]


def whole_site(location: FunctionalLocation) -> list[FunctionalLocation]:
    """For staff: what the location is part of, and what is part of it, as far as TREE_SHOWN."""
    related = Q(pk=location.pk)
    for way in (above, below):
        related |= Q(pk__in=way(FunctionalLocation, [location.pk]))
    return list(FunctionalLocation.objects.filter(related).order_by("name", "pk")[:TREE_SHOWN])


# What happened to an asset.


def history_of(viewer, asset: Asset, *, after: str = "", before: str = "") -> Page:
    """A page of the visible work orders about the asset, also those in which it is a further incident; the newest first."""
    further = WorkOrderIncident.objects.filter(asset=asset)
    about = Q(asset=asset) | Q(IsAnyOf(F("pk"), Ids(further.values("work_order_id"))))
    rows = WorkOrder.objects.visible_to(viewer).filter(about).select_related("place")
    fields = ("number", "summary", "system_status", "created_at", "completed_at", "place__time_zone")
    return page_of(rows.only(*fields), NEWEST_FIRST, after=after, before=before, size=HISTORY_A_PAGE)
