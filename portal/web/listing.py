"""What a list's URL asks for: tab, search, filters, order, page. Hostile values fall back to the list's beginning (FS-7)."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Choices, Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.web.paging import COUNT_LIMIT, Order, Page, bounded_count, order_from, page_from, page_of

SEARCH_LIMIT = 100
WORD_LIMIT = 6
EXPORT_PARAMETER = "export"
ANY_ID = UUID(int=0)
# What a page, not its content, is about; a link that changes the content drops them.
PAGE_PARAMETERS = ("after", "before", "page", EXPORT_PARAMETER)


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a list with its own URL; the first one is shown when none is asked for."""

    key: str
    label: str
    condition: Q


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the export: its head, and `value(row)`, of which no part may query."""

    label: str
    value: Callable


def clean_words(text: str) -> str:
    """What is looked for: of bounded length, without control characters, its words one blank apart."""
    kept = "".join(char for char in text[:SEARCH_LIMIT] if not unicodedata.category(char).startswith("C"))
    return " ".join(kept.split())


class Listing:
    """One page of what the viewer may see, as the URL asks for it.

    `see()` gives what the viewer may see, `matches(word)` what a search looks at, as a Q. `fetch(tab, order, position,
    backwards=…)` gives the rows of a page that is neither searched nor filtered, where there is a shorter way to them.
    """

    def __init__(
        self, params, see: Callable[[], QuerySet], *, tabs=(), sorts=(), matches=None, filterset_class=None, fetch=None
    ):
        self.params = params
        self.see = see
        self.fetch = fetch
        self.tabs = tabs
        self.sorts = sorts
        self.matches = matches
        self.filterset_class = filterset_class

    @cached_property
    def visible(self) -> QuerySet:
        return self.see()

    @property
    def wants_export(self) -> bool:
        return self.params.get(EXPORT_PARAMETER) == "csv"

    @cached_property
    def search(self) -> str:
        """The words looked for, without control characters."""
        return clean_words(self.params.get("q", ""))

    @cached_property
    def tab(self) -> Tab | None:
        asked = self.params.get("tab", "")
        return next((tab for tab in self.tabs if tab.key == asked), self.tabs[0] if self.tabs else None)

    @cached_property
    def order(self) -> Order:
        return order_from(self.params.get("sort", ""), self.sorts)

    @property
    def filter_names(self) -> tuple[str, ...]:
        return tuple(self.filterset_class.base_filters) if self.filterset_class else ()

    @cached_property
    def filterset(self):
        """The filters, None where the URL uses none of them."""
        if not any(self.params.get(name) for name in self.filter_names):
            return None
        return self.filterset_class(self.params, queryset=self.visible)

    @cached_property
    def is_filtered(self) -> bool:
        """Whether search or filters leave something out."""
        return bool(self.search or (self.filterset is not None and active_filters(self.filterset)))

    @cached_property
    def rows(self) -> QuerySet:
        """Everything asked for, without order and page."""
        rows = self.filterset.qs if self.filterset is not None else self.visible
        if self.tab is not None:
            rows = rows.filter(self.tab.condition)
        for word in self.search.split()[:WORD_LIMIT] if self.matches else ():
            rows = rows.filter(self.matches(word))
        return rows

    @cached_property
    def page(self) -> Page:
        beside = {"after": self.params.get("after", ""), "before": self.params.get("before", "")}
        if self.fetch is not None and self.filterset is None and not self.search:
            return page_from(partial(self.fetch, self.tab, self.order), self.order, **beside)
        return page_of(self.rows, self.order, **beside)

    @cached_property
    def summary(self) -> str:
        """How many there are, in words, where it is known at once or was asked for; counted as far as COUNT_LIMIT."""
        if not self.page.has_others:
            count, has_more = len(self.page.rows), False
        elif self.is_filtered:
            count, has_more = bounded_count(self.rows)
        else:
            return ""
        if has_more:
            return _("More than %(count)s records") % {"count": f"{COUNT_LIMIT:,}"}
        return ngettext("%(count)s record", "%(count)s records", count) % {"count": count}

    @cached_property
    def has_any(self) -> bool:
        """Whether the viewer sees anything of this kind at all; asked only when the page is empty."""
        return self.visible.exists()

    # Links. Each keeps what it does not change.

    def link(self, **changes) -> str:
        """`?…` with these parameters changed (an empty value removes one), from the list's beginning."""
        params = self.given | {name: [value] if value else [] for name, value in changes.items()}
        return f"?{urlencode(params, doseq=True)}"

    @cached_property
    def given(self) -> dict[str, list[str]]:
        """What the URL says of the content, not of the page."""
        return {name: values for name, values in self.params.lists() if name not in PAGE_PARAMETERS}

    @property
    def next_url(self) -> str:
        return self.link(after=self.page.after) if self.page.after else ""

    @property
    def previous_url(self) -> str:
        return self.link(before=self.page.before) if self.page.before else ""

    @property
    def export_url(self) -> str:
        return self.link(**{EXPORT_PARAMETER: "csv"})

    @property
    def clear_url(self) -> str:
        """The same tab and order without search and filters."""
        kept = {name: self.params[name] for name in ("tab", "sort") if name in self.params}
        params = self.params.copy()
        params.clear()
        params.update(kept)
        return f"?{params.urlencode()}"

    def tab_links(self) -> list[dict]:
        return [
            {"label": tab.label, "url": self.link(tab=tab.key), "is_current": tab == self.tab, "count": None}
            for tab in self.tabs
        ]

    def sort_links(self) -> list[dict]:
        """Each listed order in its own direction, the current one in the opposite one too."""
        return [
            {
                "label": sort.label,
                "url": self.link(sort=Order(sort, is_descending=sort.is_descending).parameter),
                "is_current": sort == self.order.sort,
            }
            for sort in self.sorts
        ]

    def column_sort(self, key: str) -> dict:
        """For a table's head: the link that sorts by it, turning round what is sorted by it now, and the direction."""
        sort = next(each for each in self.sorts if each.key == key)
        if sort != self.order.sort:
            return {"sort_url": self.link(sort=Order(sort, sort.is_descending).parameter), "direction": ""}
        turned = Order(sort, not self.order.is_descending)
        return {
            "sort_url": self.link(sort=turned.parameter),
            "direction": "desc" if self.order.is_descending else "asc",
        }

    def filter_links(self) -> list[dict]:
        """What is filtered by, each with the link that takes it away."""
        found = [{"label": f"“{self.search}”", "remove_url": self.link(q="")}] if self.search else []
        for name, label in active_filters(self.filterset) if self.filterset is not None else ():
            found.append({"label": label, "remove_url": self.link(**{name: ""})})
        return found

    def filter_fields(self) -> list[dict]:
        """The filters as plain values for the template; a value that does not fit is shown with what is wrong."""
        errors = self.filterset.form.errors if self.filterset is not None else {}
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        return [
            filter_field(name, each, self.params.get(name, ""), errors.get(name, ())) for name, each in filters.items()
        ]

    def kept(self, *dropped: str) -> list[tuple[str, str]]:
        """The parameters that a form keeps as hidden fields, but for those it asks itself."""
        left_out = {*PAGE_PARAMETERS, *dropped}
        return [(name, value) for name in self.params if name not in left_out for value in [self.params[name]]]

    @property
    def kept_by_search(self) -> list[tuple[str, str]]:
        return self.kept("q")

    @property
    def kept_by_filters(self) -> list[tuple[str, str]]:
        return self.kept(*self.filter_names)


def links_to(url_name: str) -> Callable[[UUID], str]:
    """The addresses of many records' pages by one resolution of the name."""
    pattern = reverse(url_name, args=[ANY_ID])
    return lambda pk: pattern.replace(str(ANY_ID), str(pk))


@lru_cache(maxsize=512)
def _label(kind: type[Choices], value, _language: str | None) -> str:
    return str(kind(value).label)


def label_of(kind: type[Choices], value) -> str:
    """The label of a choice in the present language, translated once: for what stands on thousands of lines."""
    return _label(kind, value, get_language())


@lru_cache(maxsize=256)
def _fixed_choices(field, _language: str | None) -> list[tuple[str, str]]:
    return [(str(key), str(label)) for key, label in field.choices]


def choices_of(each) -> list[tuple[str, str]]:
    """The choices of a filter with their labels; those written in the code are put into a language once."""
    if isinstance(each.extra.get("choices"), list | tuple):
        return _fixed_choices(each.field, get_language())
    return [(str(key), str(label)) for key, label in getattr(each.field, "choices", ())]


def filter_field(name: str, each, value: str, errors) -> dict:
    """A filter as plain values: choices with their labels and what is chosen, or an input."""
    field = each.field
    return {
        "name": name,
        "id": f"id_{name}",
        "label": field.label,
        "value": value[:SEARCH_LIMIT],
        "type": getattr(field.widget, "input_type", "text"),
        "choices": [(key, label, key == value) for key, label in choices_of(each)],
        "errors": errors,
    }


def active_filters(filterset) -> list[tuple[str, str]]:
    """The parameters of the filters in use, each with a label like "Priority: High"."""
    form = filterset.form
    form.is_valid()
    found = []
    for name, value in form.cleaned_data.items():
        if value in (None, "", []):
            continue
        choices = dict(getattr(form.fields[name], "choices", ()) or ())
        found.append((name, f"{form.fields[name].label}: {choices.get(value, value)}"))
    return found
