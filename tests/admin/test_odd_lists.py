"""Whatever stands in the address of a page of the admin, the answer is a page, the list again, or 400 (SECURITY 4, 31)."""

from itertools import cycle
from uuid import uuid4

import pytest
from django.urls import reverse

from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.scope import tenant_scope
from tests.admin.rows import MAKERS
from tests.admin.test_pages import address

SERVER_ERROR = 500
FAR = "9" * 30
LONG = "x" * 10_000
PAGES = {model: page for model, page in portal_admin._registry.items() if isinstance(page, TenantModelAdmin)}
EVERY = [pytest.param(model, id=model._meta.label) for model in PAGES]
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
NO_IDS = ("x", str(uuid4()), FAR, "_5F_00", "None", "%2e%2e", LONG[:1000])


def filters_of(page) -> list[str]:
    """The parameters of a list's filters."""
    names = []
    for each in page.list_filter:
        if isinstance(each, str):
            names += [each, f"{each}__exact", f"{each}__isnull", f"{each}__in"]
        elif isinstance(each, tuple):
            names.append(f"{each[0]}__isempty")
        else:
            names.append(each.parameter_name)
    return names


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
    filters = [{name: value} for name in filters_of(PAGES[model]) for value in ODD_CHOICES]
    for asked in (*ADDRESSES, *filters):
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
    for page in ("change", "history", "delete"):
        for pk in NO_IDS:
            path = address(model, page, pk)
            assert browser.get(path).status_code in {302, 400, 403, 404}, path
            assert browser.post(path, {"post": "yes"}).status_code in {302, 400, 403, 404, 405}, path


@pytest.mark.parametrize("model", EVERY)
def test_no_odd_beginning_breaks_an_empty_form(browser, model):
    """Django fills the form to add from the address."""
    if not PAGES[model].allows_adding:
        return
    names = [field.name for field in model._meta.fields]
    for value in ("x", FAR, "NaN", "1e400", "0000-00-00", "9999-12-31T23:59", str(uuid4()), LONG):
        answer = browser.get(address(model, "add"), dict.fromkeys(names, value))
        assert answer.status_code in {200, 302, 400}, value


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
