"""Every page of the admin opens, shows this company's rows only, and costs the same however many there are."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.scope import tenant_scope
from tests.admin.rows import MAKERS, SINGLE_ROWS

PAGES = {model: page for model, page in portal_admin._registry.items() if isinstance(page, TenantModelAdmin)}
MADE = [pytest.param(model, id=model._meta.label) for model in MAKERS]
LISTED = [pytest.param(model, id=model._meta.label) for model in MAKERS if model not in SINGLE_ROWS]
OUR_APPS = {
    "accounts",
    "audit",
    "catalog",
    "fieldservice",
    "geo",
    "integrations",
    "notifications",
    "partners",
    "projects",
    "scheduling",
    "timeline",
}
INLINE_CODE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=|javascript:", re.IGNORECASE)


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def make(model, tenant, times=1):
    with tenant_scope(tenant):
        return [MAKERS[model]() for _ in range(times)]


def test_every_page_of_ours_is_tested():
    assert {model for model in PAGES if model._meta.app_label in OUR_APPS} == set(MAKERS)


@pytest.mark.parametrize("model", [pytest.param(model, id=model._meta.label) for model in PAGES])
def test_lists_and_empty_forms_open(bare_pages, browser, model):
    answer = browser.get(address(model, "changelist"), follow=True)
    assert answer.status_code == 200
    may_add = PAGES[model].allows_adding
    assert browser.get(address(model, "add")).status_code == (200 if may_add else 403)


@pytest.mark.parametrize("model", MADE)
def test_objects_and_their_history_open_without_inline_code(bare_pages, browser, tenant, model):
    (row,) = make(model, tenant)
    for page in ("change", "history"):
        answer = browser.get(address(model, page, row.pk))
        assert answer.status_code == 200
        assert not INLINE_CODE.search(answer.text), INLINE_CODE.search(answer.text)
    listed = browser.get(address(model, "changelist"), follow=True)
    assert not INLINE_CODE.search(listed.text), INLINE_CODE.search(listed.text)


@pytest.mark.parametrize("model", MADE)
def test_deleting_asks_first(bare_pages, browser, tenant, model):
    (row,) = make(model, tenant)
    answer = browser.get(address(model, "delete", row.pk))
    assert answer.status_code == (200 if PAGES[model].allows_deleting else 403)
    with tenant_scope(tenant):
        assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", LISTED)
def test_no_row_of_another_company_is_listed_or_opened(browser, other_tenant, model):
    (foreign,) = make(model, other_tenant)
    listed = browser.get(address(model, "changelist"))
    assert str(foreign.pk) not in listed.text
    for page in ("change", "history", "delete"):
        assert browser.get(address(model, page, foreign.pk)).status_code in {302, 403}
    with tenant_scope(other_tenant):
        name = str(foreign)
    assert name not in browser.get(reverse("admin:index")).text or len(name) < 8


@pytest.mark.parametrize(
    "model", [pytest.param(m, id=m._meta.label) for m, page in PAGES.items() if page.search_fields]
)
def test_every_list_can_be_searched(bare_pages, browser, model):
    assert browser.get(address(model, "changelist"), {"q": "nothing like it"}).status_code == 200


@pytest.mark.parametrize("model", LISTED)
def test_a_list_makes_no_more_queries_as_it_grows(bare_pages, browser, tenant, model):
    make(model, tenant)
    browser.get(address(model, "changelist"))
    with CaptureQueriesContext(connection) as one:
        browser.get(address(model, "changelist"))
    make(model, tenant, times=2)
    with CaptureQueriesContext(connection) as three:
        browser.get(address(model, "changelist"))
    assert len(three) == len(one), three.captured_queries


@pytest.mark.parametrize("model", [pytest.param(model, id=model._meta.label) for model in PAGES])
def test_no_form_lists_a_whole_table(rf, tenant, staff, model):
    """A foreign key is an autocomplete, read-only, or offers a bounded few of the record itself."""
    page = PAGES[model]
    for owner in (page, *page.inlines):
        own = getattr(owner, "model", model)
        if not (owner.allows_adding or owner.allows_changing):
            continue
        wanted = set(owner.autocomplete_fields) | set(owner.readonly_fields)
        wanted |= set(getattr(owner, "own_choices", ()))
        inline = None if owner is page else owner(model, portal_admin)
        shown = set(inline.get_fields(None)) if inline else names_of(page, rf, tenant, staff)
        keys = {field.name for field in own._meta.fields if field.many_to_one and field.name in shown}
        assert keys <= wanted, f"{owner}: {keys - wanted}"


def names_of(page, rf, tenant, staff):
    request = rf.get("/")
    request.tenant, request.user, request.is_tenant_staff = tenant, staff, True
    return {
        name
        for _title, options in page.get_fieldsets(request)
        for line in options["fields"]
        for name in ([line] if isinstance(line, str) else line)
    }


def test_choices_are_this_companys(browser, tenant, other_tenant):
    from portal.accounts.models import Account

    (own,), (foreign,) = make(Account, tenant), make(Account, other_tenant)
    answer = browser.get(
        reverse("admin:autocomplete"),
        {"app_label": "accounts", "model_name": "contact", "field_name": "account", "term": "Account"},
    )
    ids = {each["id"] for each in answer.json()["results"]}
    assert str(own.pk) in ids
    assert str(foreign.pk) not in ids


def test_a_foreign_choice_is_refused(browser, tenant, other_tenant):
    from portal.accounts.models import Account, Contact

    (foreign,) = make(Account, other_tenant)
    answer = browser.post(
        address(Contact, "add"),
        {
            "account": foreign.pk,
            "full_name": "A",
            "email": "a@b.example",
            "language": "en",
            "roles-TOTAL_FORMS": "0",
            "roles-INITIAL_FORMS": "0",
        },
    )
    assert answer.status_code == 200
    assert "account" in answer.context["adminform"].form.errors


def test_the_shortcut_by_content_type_is_gone(browser, tenant):
    with pytest.raises(NoReverseMatch):
        reverse("admin:view_on_site", args=[1, 1])
    kind = ContentType.objects.get_for_model(tenant)
    assert browser.get(f"{reverse('admin:index')}r/{kind.pk}/{tenant.pk}/").status_code == 404


def test_a_long_list_is_counted_to_a_limit(browser, tenant, monkeypatch):
    from portal.accounts.models import Account
    from portal.tenancy import admin

    monkeypatch.setattr(admin, "COUNT_LIMIT", 2)
    make(Account, tenant, times=3)
    assert "2 or more" in browser.get(address(Account, "changelist")).text
