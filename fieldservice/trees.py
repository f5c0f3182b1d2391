"""Trees of assets and of locations as `components/tree.html` shows them, for customers and for staff (FS-3)."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from fieldservice.models import Asset


@dataclass
class Node:
    """An asset or a location as `components/tree.html` shows it; without `url` it is named only."""

    label: str
    url: str = ""
    note: str = ""
    icon: str = "cube"
    badge_label: str = ""
    badge_tone: str = "neutral"
    is_current: bool = False
    is_open: bool = True
    children: list["Node"] = field(default_factory=list)
    more_label: str = ""
    more_url: str = ""


def asset_node(asset: Asset, current: Asset, *, url: str) -> Node:
    return Node(
        label=asset.name,
        url=url,
        note=asset.serial_number if url else "",
        badge_label="" if asset.is_active else _("Out of service"),
        is_current=asset.pk == current.pk,
    )


def seen_nodes(assets: list[Asset], parents: list[Asset], current: Asset, reach) -> tuple[list[Node], Node]:
    """The tree of what the viewer sees with the parents it hangs on, and the node of the current asset (FS-3).

    A parent that is not seen is named without a link when its account is within reach; of any other nothing shows, and
    what hangs below it moves up.
    """
    seen = {each.pk: each for each in assets} | {each.pk: each for each in parents if each.is_seen}
    named = {each.pk: each for each in parents if each.account_id in reach}
    above = {each.pk: each.parent_id for each in (*parents, *assets)}
    rows = named | seen
    nodes = {
        pk: asset_node(each, current, url=reverse("fieldservice:asset_detail", args=[pk]) if pk in seen else "")
        for pk, each in rows.items()
    }
    return hang(nodes, rows, above), nodes[current.pk]


def hang(nodes: dict, rows: dict, above: dict) -> list[Node]:
    """Put each node below the nearest node above it; the tops, all by name."""
    tops = []
    for pk in sorted(nodes, key=lambda each: (rows[each].name, each)):
        parent = above.get(pk)
        while parent is not None and parent not in nodes:
            parent = above.get(parent)
        (nodes[parent].children if parent is not None else tops).append(nodes[pk])
    return tops


def staff_nodes(rows: list, current, url_name: str, *, icon: str) -> list[Node]:
    """For the admin: every row with the link to its page."""
    nodes = {}
    for each in rows:
        url = reverse(url_name, args=[each.pk])
        label = "" if each.is_active else _("Out of service")
        nodes[each.pk] = Node(str(each), url, icon=icon, badge_label=label, is_current=each.pk == current.pk)
    return hang(nodes, {each.pk: each for each in rows}, {each.pk: each.parent_id for each in rows})
