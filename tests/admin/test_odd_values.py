"""Whatever is posted to a form of the admin, the answer is a sentence and never a 500 (SECURITY 4, 31)."""

from itertools import cycle
from uuid import uuid4

import pytest
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.forms.formsets import BaseFormSet

from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import SENT_ROWS
from portal.tenancy.scope import tenant_scope
from scheduling.models import BookableResource
from tests.admin.rows import MAKERS
from tests.admin.test_pages import address

pytestmark = pytest.mark.usefixtures("bare_pages")
SERVER_ERROR = 500
# Every value in every field by itself takes minutes; each field gets some, and the next field the next ones.
ODD = {
    "NUL": "a\0b",
    "huge text": "x" * 10_000,
    "huge number": "9" * 400,
    "negative": "-1",
    "no number": "NaN",
    "infinite": "-Infinity",
    "too large for a float": "1e400",
    "wrong type": "[object Object]",
    "no day": "0000-00-00",
    "last day": "9999-12-31",
    "last moment": "9999-12-31T23:59",
    "year of five digits": "10000-01-01",
    "emoji": "🔧\u202e\ud7ff",
    "several": ["", "1", "x"],
    "missing": None,
}
TOGETHER = ("NUL", "huge number", "several", "missing")
FORMS = [
    pytest.param(model, page, id=f"{model._meta.label}-{page}")
    for model, of_model in portal_admin._registry.items()
    if isinstance(of_model, TenantModelAdmin) and model in MAKERS
    for page, is_there in (("add", of_model.allows_adding), ("change", of_model.allows_changing))
    if is_there
]


def inputs_of(answer) -> dict[str, object]:
    """What a browser would send back of a page, by field; of each inline the first row and one to add."""
    found = values_of(answer.context["adminform"].form)
    for inline in answer.context["inline_admin_formsets"]:
        rows = inline.formset
        first = rows.initial_forms[:1]
        found |= {f"{rows.prefix}-TOTAL_FORMS": len(first) + 1, f"{rows.prefix}-INITIAL_FORMS": len(first)}
        added = values_of(rows.empty_form)
        found |= {name.replace("__prefix__", str(len(first))): value for name, value in added.items()}
        for row in first:
            found |= values_of(row)
    return found


def values_of(form) -> dict[str, object]:
    values = {field.html_name: field.field.prepare_value(field.value()) for field in form}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


def keys_of(answer) -> dict[str, type]:
    """The fields of a page that name a record, each with its model."""
    return {
        field.html_name: field.field.queryset.model
        for field in answer.context["adminform"].form
        if isinstance(field.field, ModelChoiceField) and not isinstance(field.field, ModelMultipleChoiceField)
    }


def replaced(fields: dict, changes: dict) -> dict:
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


@pytest.fixture
def form(browser, tenant):
    """`form(model, page)`: the address of a form, and what it holds for a new row or for one like those of the factories."""

    def opened(model, page):
        with tenant_scope(tenant):
            row = MAKERS[model]()
        change = address(model, "change", row.pk)
        filled = inputs_of(browser.get(change))
        if page == "change":
            return change, filled
        path = address(model, "add")
        answer = browser.get(path)
        # A row that is the only one of its kind has no form to add another.
        begun = inputs_of(answer) if answer.status_code == 200 else {}
        return path, {name: filled.get(name) or value for name, value in begun.items()}

    return opened


@pytest.mark.parametrize(("model", "page"), FORMS)
def test_no_odd_value_breaks_a_form(browser, form, model, page):
    path, fields = form(model, page)
    own = [name for name in fields if not name.endswith("_FORMS")]
    for kind in TOGETHER:
        assert browser.post(path, replaced(fields, dict.fromkeys(own, ODD[kind]))).status_code < SERVER_ERROR
    if page == "add":
        return
    no_more_rows = {
        name.replace("INITIAL", "TOTAL"): fields[name] for name in fields if name.endswith("-INITIAL_FORMS")
    }
    answer = browser.post(path, {**fields, **no_more_rows})
    assert answer.status_code == 302, answer.context["errors"]
    # The other fields are right, so that the value comes as far as it can.
    of_page = [name for name in own if "-" not in name]
    for name, (kind, odd) in zip(of_page, cycle(ODD.items()), strict=False):
        assert browser.post(path, replaced(fields, {name: odd})).status_code < SERVER_ERROR, (name, kind)


@pytest.mark.parametrize("count", ["-1", "many", "", None, "9" * 400, str(SENT_ROWS)])
def test_no_odd_count_of_rows_breaks_a_form(browser, form, count):
    path, fields = form(BookableResource, "change")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
        assert browser.post(path, replaced(fields, {f"hours-{name}": count})).status_code < SERVER_ERROR


@pytest.mark.parametrize("count", [str(SENT_ROWS + 1), "99999999999", "\u0663" * 12])
def test_more_rows_than_a_page_offers_are_refused_before_they_are_built(browser, form, monkeypatch, count):
    path, fields = form(BookableResource, "change")
    monkeypatch.setattr(BaseFormSet, "_construct_form", lambda *args, **kwargs: pytest.fail("a row was built"))
    answer = browser.post(path, {**fields, "hours-TOTAL_FORMS": count})
    assert answer.status_code == 400
    assert f"At most {SENT_ROWS} rows" in answer.text


@pytest.mark.parametrize(("model", "page"), FORMS)
def test_no_record_of_elsewhere_is_taken(browser, form, other_tenant, model, page):
    """A record of another company, one that is gone are refused beside the field; what is no id at all was not typed."""
    path, fields = form(model, page)
    if not fields:
        return
    keys = keys_of(browser.get(path))
    if page == "change" and (model, "add") in [each.values for each in FORMS]:
        # The form to add asked for these already, of the same fields.
        added = browser.get(address(model, "add"))
        tried = keys_of(added) if added.status_code == 200 else {}
        keys = {name: asked for name, asked in keys.items() if name not in tried}
    for name, asked in keys.items():
        with tenant_scope(other_tenant):
            foreign = MAKERS[asked]().pk if asked in MAKERS else uuid4()
        for value in (foreign, uuid4(), "x"):
            answer = browser.post(path, {**fields, name: value})
            assert answer.status_code == (400 if value == "x" else 200), (name, value)
            assert value == "x" or name in answer.context["adminform"].form.errors, (name, value)
