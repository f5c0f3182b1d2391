"""How the apps above reach the pages below them (L1): navigation, panels, tiles, search. Filled by each app's `section.py`."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from portal.accounts.enums import Section

ContextFunction = Callable[..., dict | None]


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A menu entry as an app registers it; without `section` everybody who is signed in sees it.

    `decides` keeps it for those whose web role decides in the section. `short` is the label where there is little room.
    """

    section: Section | None
    label: str
    url_name: str
    icon: str
    order: int
    decides: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A menu entry as a page shows it."""

    label: str
    short: str
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece that an app adds to a page or the home: `context(request, obj)` gives its context, None leaves it out."""

    template: str
    context: ContextFunction
    order: int


@dataclass(frozen=True, slots=True)
class SearchSource:
    """What the portal's search asks: `find(viewer, text)` gives a few visible records, whose pages are at `url_name`.

    `note(record)` says more than the record's own name, without a query.
    """

    section: Section
    label: str
    find: Callable[..., Iterable]
    url_name: str
    order: int
    note: Callable[..., str] | None = None


_navigation: list[NavigationEntry] = []
_panels: dict[str, list[Panel]] = defaultdict(list)
_tiles: list[Panel] = []
_searches: list[SearchSource] = []


def register_navigation(
    section: Section | None, label, url_name: str, icon: str, order: int, *, decides: bool = False, short=""
) -> None:
    """Add a menu entry for those whose web roles open `section`, or only those whose roles decide in it."""
    _add(_navigation, NavigationEntry(section, label, url_name, icon, order, decides, short))


def register_panel(slot: str, template: str, context: ContextFunction, order: int = 100) -> None:
    """Add a piece to the pages that show `{% panels slot obj %}`."""
    _add(_panels[slot], Panel(template, context, order))


def register_tile(template: str, context: ContextFunction, order: int = 100) -> None:
    """Add a tile to the home page; `context(request)` gives its context, None leaves it out."""
    _add(_tiles, Panel(template, context, order))


def register_search(
    section: Section,
    label,
    find: Callable[..., Iterable],
    url_name: str,
    order: int = 100,
    *,
    note: Callable[..., str] | None = None,
) -> None:
    """Add a source to the portal's search."""
    _add(_searches, SearchSource(section, label, find, url_name, order, note))


def navigation(request) -> list[NavigationItem]:
    """The viewer's menu. The entry whose path is the longest beginning of the page's path is current."""
    viewer = getattr(request, "viewer", None)
    if not viewer:
        return []
    entries = [(each, reverse(each.url_name)) for each in _navigation if may_enter(viewer, each)]
    fitting = [url for _entry, url in entries if is_below(request.path, url)]
    current = max(fitting, key=len, default=None)
    return [
        NavigationItem(str(each.label), str(each.short or each.label), url, each.icon, url == current)
        for each, url in entries
    ]


def panels(slot: str) -> list[Panel]:
    """The panels of a page, in order."""
    return list(_panels.get(slot, ()))


def tiles() -> list[Panel]:
    """The tiles of the home page, in order."""
    return list(_tiles)


def searches(viewer) -> list[SearchSource]:
    """The sources of search that the viewer's web roles open."""
    return [each for each in _searches if viewer and may_open(viewer, each.section)]


def may_open(viewer, section: Section | None) -> bool:
    """Whether the viewer's web roles open the section."""
    return section is None or viewer.may_read(section)


def may_enter(viewer, entry: NavigationEntry) -> bool:
    """Whether the menu shows the entry to the viewer."""
    if entry.decides and not viewer.may_decide(entry.section):
        return False
    return may_open(viewer, entry.section)


def is_below(path: str, url: str) -> bool:
    """Whether a page's path is this address or one below it."""
    return path == url or (url != "/" and path.startswith(url))


def _add(entries: list, entry) -> None:
    if entry not in entries:
        entries.append(entry)
        entries.sort(key=lambda each: each.order)
