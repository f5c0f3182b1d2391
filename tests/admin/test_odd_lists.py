"""Whatever stands in the address of a page of the admin, the answer is a page, the list again, or 400 (SECURITY 4, 31).

Everything odd on every page takes minutes. What is the page's own gets everything; what all pages have from one base is
dealt out, so that each oddity meets many pages and each page some of it.
"""

from itertools import cycle, islice
from uuid import uuid4

import pytest
from django.contrib.admin import ModelAdmin
from django.db.models.constants import LOOKUP_SEP
from django.urls import reverse

from portal.tenancy.admin import PortalModelAdmin, TenantModelAdmin, portal_admin
from portal.tenancy.scope import tenant_scope
from tests.admin.rows import MAKERS
from tests.admin.test_pages import address

pytestmark = pytest.mark.usefixtures("bare_pages")
SERVER_ERROR = 500
FAR = "9" * 30
LONG = "x" * 10_000
PAGES = {model: page for model, page in portal_admin._registry.items() if isinstance(page, TenantModelAdmin)}
EVERY = [pytest.param(model, id=model._meta.label) for model in PAGES]
# So manieth is what is dealt out on each page.
SHARE = 5
# What makes a list read its address in a way of its own.
OF_A_LIST = (
    "changelist_view",
    "get_changelist",
    "get_queryset",
    "get_search_results",
    "get_ordering",
    "lookup_allowed",
)
OF_A_RECORD = (
    *("get_object", "get_queryset", "changeform_view", "change_view", "delete_view", "history_view"),
    *("has_view_permission", "has_change_permission", "has_delete_permission"),
)
# What Django's lists read from the address, each with what nobody typed by mistake.
ADDRESSES = (
    *({"p": value} for value in ("-1", "0", "x", FAR, "9" * 5000, "1e400")),
    *({"o": value} for value in ("x", "99", "-99.0.1", "1.1.1.1", "-", FAR, LONG)),
    *({"q": value} for value in (LONG, "\u202e🔧", "'\"\\%_", "a " * 1000, '"open')),
    *({"is_exposed__exact": value} for value in ("zzz", "", FAR)),
    {"_popup": "1", "_to_field": "id"},
    {"_popup": "x", "_to_field": "tenant"},
    {"_facets": "1"},
    {"all": ""},
    {"e": "1"},
    {"_changelist_filters": "p=%00&" + LONG},
    {"pk__in": "x,y"},
    {"id__regex": "(("},
    {"id__iregex": "(a+)+$"},
    {"tenant__slug": "globex"},
    {"unknown__lookup": "1"},
    {"created_at__year": "10000"},
    {"created_at__gte": "0000-00-00"},
)
ODD_CHOICES = ("zzz", "-1", FAR, LONG, "NaN", "0000-00-00")
ODD_BEGINNINGS = ("x", FAR, "NaN", "1e400", "0000-00-00", "9999-12-31T23:59", str(uuid4()), LONG)
NO_IDS = ("x", str(uuid4()), FAR, "_5F_00", "None", "%2e%2e", LONG[:1000])


def dealt(hand: tuple, model) -> tuple:
    """What this page gets of things that all pages treat alike: the next page gets the next ones."""
    return tuple(islice(hand, list(PAGES).index(model) % SHARE, None, SHARE))


def is_of_its_own(page: ModelAdmin, names: tuple[str, ...]) -> bool:
    """Whether a page has code of its own in one of these methods."""
    bases = (ModelAdmin, PortalModelAdmin, TenantModelAdmin)
    return any(getattr(type(page), name) not in {getattr(base, name) for base in bases} for name in names)


def filters_of(page: ModelAdmin) -> dict[str, tuple]:
    """The parameters of a list's filters, each with what answers it: the same for filters that read it alike."""
    found = {}
    for each in page.list_filter:
        if isinstance(each, str):
            field = field_of(page.model, each)
            names = (each, f"{each}__exact", f"{each}__isnull", f"{each}__in")
            kind = (type(field), type(getattr(field, "target_field", None)), bool(field.choices))
            found |= {name: (*kind, name.removeprefix(each)) for name in names}
        elif isinstance(each, tuple):
            field, answerer = field_of(page.model, each[0]), each[1]
            found[f"{each[0]}__isempty"] = (type(field), answerer)
        else:
            found[each.parameter_name] = (each,)
    return found


def field_of(model, path: str):
    """The field at the end of a path over foreign keys."""
    *before, last = path.split(LOOKUP_SEP)
    for name in before:
        model = model._meta.get_field(name).related_model
    return model._meta.get_field(last)


def odd_filters() -> dict[type, list[dict[str, str]]]:
    """By list: every filter with one odd choice, and filters of each kind, over all lists together, with every one."""
    choices, tried = cycle(ODD_CHOICES), set()
    found = {}
    for model, page in PAGES.items():
        asked = found[model] = []
        for name, kind in filters_of(page).items():
            fresh = [each for each in ODD_CHOICES if (kind, each) not in tried]
            values = fresh or [next(choices)]
            tried |= {(kind, each) for each in values}
            asked += [{name: value} for value in values]
    return found


ODD_FILTERS = odd_filters()


@pytest.fixture
def listed(browser, tenant):
    """`listed(model)`: the address of its list, which has a row."""

    def made(model):
        if model in MAKERS:
            with tenant_scope(tenant):
                MAKERS[model]()
        return address(model, "changelist")

    return made


@pytest.mark.parametrize("model", EVERY)
def test_no_odd_address_breaks_a_list(browser, listed, model):
    path = listed(model)
    addresses = ADDRESSES if is_of_its_own(PAGES[model], OF_A_LIST) else dealt(ADDRESSES, model)
    for asked in (*addresses, *ODD_FILTERS[model]):
        assert browser.get(path, asked).status_code in {200, 302, 400}, asked
    assert browser.get(path, {"q": "a\0b"}).status_code == 400


@pytest.mark.parametrize("model", [pytest.param(m, id=m._meta.label) for m, page in PAGES.items() if page.actions])
def test_no_odd_choice_of_rows_breaks_an_action(browser, listed, model):
    path = listed(model)
    chosen = (["x"], [""], ["a\0b"], [str(uuid4())], [FAR], ["x"] * 200)
    further = cycle(({}, {"index": FAR}, {"index": "-1"}, {"index": "x"}, {"select_across": "x"}))
    for name in (*PAGES[model].actions, "delete_selected", LONG):
        for rows in chosen:
            sent = {"action": name, "_selected_action": rows, **next(further)}
            assert browser.post(path, sent).status_code < SERVER_ERROR, sent


@pytest.mark.parametrize("model", EVERY)
def test_no_odd_id_breaks_a_page(browser, model):
    ids = NO_IDS if is_of_its_own(PAGES[model], OF_A_RECORD) else dealt(NO_IDS, model)
    for page in ("change", "history", "delete"):
        for pk in ids:
            path = address(model, page, pk)
            assert browser.get(path).status_code in {302, 400, 403, 404}, path
            assert browser.post(path, {"post": "yes"}).status_code in {302, 400, 403, 404, 405}, path


@pytest.mark.parametrize("model", EVERY)
def test_no_odd_beginning_breaks_an_empty_form(browser, model):
    """Django fills the form to add from the address."""
    if not PAGES[model].allows_adding:
        return
    # No field waits for another one's: each gets a value, the next field the next one.
    for first in range(3):
        values = islice(cycle(ODD_BEGINNINGS), first, None)
        asked = dict(zip([field.name for field in model._meta.fields], values, strict=False))
        assert browser.get(address(model, "add"), asked).status_code in {200, 302, 400}, asked


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"term": LONG},
        {"page": "-1"},
        {"page": "x"},
        {"page": FAR},
        {"app_label": "x"},
        {"model_name": "x"},
        {"field_name": "x"},
        {"field_name": "tenant"},
        {"field_name": "account__name"},
        {"exclude": "x"},
        {"app_label": None},
    ],
    ids=str,
)
def test_no_odd_question_breaks_the_choices(browser, asked):
    whole = {"app_label": "accounts", "model_name": "contact", "field_name": "account", "term": "A", **asked}
    answer = browser.get(reverse("admin:autocomplete"), {name: value for name, value in whole.items() if value})
    assert answer.status_code in {200, 400, 403, 404}
