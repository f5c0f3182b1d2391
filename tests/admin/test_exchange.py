"""The exchange in the admin: made of templates, mapped by plain forms, watched and tried again (INT-1, INT-2)."""

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integrations.admin import network
from integrations.admin.fields import their_choices
from integrations.domain.planning import Planned
from integrations.engine.differences import Difference
from integrations.enums import RowState
from integrations.forms import STEP_FORMS, words_of
from integrations.models import Connection, IntegrationProject, MappedField, SyncRow, SyncRun
from integrations.odata.errors import NotConnected
from integrations.odata.metadata import EntityType, Metadata, Property
from integrations.odata.wire import Row
from integrations.templates.known import TEMPLATES
from portal.audit.models import AuditEntry
from portal.catalog.models import Product
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver
from tests.factories.catalog import make_product
from tests.factories.exchange import (
    make_connection,
    make_discrepancy,
    make_integration,
    make_mapped_field,
    make_row,
    make_sync_run,
    make_task,
)

pytestmark = pytest.mark.usefixtures("bare_pages")
OFFERED = Metadata(
    {
        "ReleasedProductsV2": EntityType(
            "ReleasedProductsV2",
            ("dataAreaId", "ItemNumber"),
            {name: Property(name) for name in ("dataAreaId", "ItemNumber", "ProductName", "CustomColour")},
        ),
        "Vendors": EntityType("Vendors"),
    }
)


class Service:
    """The other side as far as a test of the connection asks it."""

    def __init__(self, offered: Metadata | None):
        self.offered, self.known = offered, offered

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def get(self, entity_set, key, select=()):
        assert key == {"ItemNumber": "P-1", "dataAreaId": "usmf"}
        return Row({"ProductName": "Pump"}, "")

    def metadata(self) -> Metadata:
        if self.offered is None:
            raise NotConnected("no such host")
        return self.offered


def made(tenant, make, *args):
    with tenant_scope(tenant):
        return make(*args)


def url(name, *args):
    return reverse(f"admin:integrations_{name}", args=args)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_a_project_is_made_of_a_template(browser, tenant, template):
    finance = made(tenant, make_connection)
    given = {"name": "Nightly", "connection": finance.pk, "template": template.name}

    answer = browser.post(url("integrationproject_add"), given)

    assert answer.status_code == 302
    with tenant_scope(tenant):
        project = IntegrationProject.objects.get()
        assert (project.name, project.template, project.is_active) == ("Nightly", template.name, False)
        tasks = list(project.tasks.order_by("position"))
        assert [(each.entity, each.entity_set) for each in tasks] == [
            (each.entity, each.entity_set) for each in template.tasks
        ]
        assert [each.fields.count() for each in tasks] == [len(each.fields) for each in template.tasks]
        assert AuditEntry.objects.filter(action="integration_project.create").count() == 1


def test_a_project_that_is_switched_on_is_told_of_changes(browser, tenant):
    project = made(tenant, lambda: make_integration(is_active=False))
    with tenant_scope(tenant):
        task = project.tasks.get()
        assert not task.watches.exists()
    given = {
        "name": project.name,
        "is_active": "on",
        "is_reconciled": "on",
        "every_minutes": "5",
        "alert_addresses": "",
    }
    rows = {"tasks-TOTAL_FORMS": "1", "tasks-INITIAL_FORMS": "1", "tasks-0-id": task.pk, "tasks-0-project": project.pk}
    rows |= {"tasks-0-position": "1", "tasks-0-name": task.name, "tasks-0-is_active": "on"}

    answer = browser.post(url("integrationproject_change", project.pk), given | rows)

    assert answer.status_code == 302, answer.context["errors"]
    with tenant_scope(tenant):
        assert task.watches.exists()


def test_a_secret_is_never_shown_again(browser, tenant):
    given = {
        "name": "Finance",
        "base_url": "https://erp.example/data/",
        "auth": "client_credentials",
        "token_url": "https://login.example/token",
        "client_id": "callout",
        "new_secret": "s3cret-of-finance",
    }
    browser.post(url("connection_add"), given)
    with tenant_scope(tenant):
        finance = Connection.objects.get()
        assert finance.client_secret == "s3cret-of-finance"
        assert "s3cret" not in str(list(AuditEntry.objects.values_list("before", "after")))

    page = browser.get(url("connection_change", finance.pk))
    assert "s3cret" not in page.text
    browser.post(url("connection_change", finance.pk), given | {"new_secret": "", "name": "ERP"})
    with tenant_scope(tenant):
        finance.refresh_from_db()
    assert (finance.name, finance.client_secret) == ("ERP", "s3cret-of-finance")


@pytest.mark.parametrize("address", ["http://erp.example/", "https://user:x@erp.example/", "https://erp.example:22/"])
def test_an_address_that_may_not_be_called_is_refused(browser, tenant, address):
    answer = browser.post(url("connection_add"), {"name": "Finance", "base_url": address, "auth": "none"})

    assert answer.status_code == 200
    with tenant_scope(tenant):
        assert not Connection.objects.exists()


def test_a_test_of_the_connection_brings_the_fields_of_the_other_side(browser, tenant, monkeypatch):
    task = made(tenant, make_task)
    finance = task.project.connection
    monkeypatch.setattr(network, "connect", lambda connection: Service(OFFERED))

    answer = browser.post(url("connection_test", finance.pk))

    assert "offers 2 entities" in answer.text
    with tenant_scope(tenant):
        kept = cache.get(f"integrations:{finance.pk}")
        assert kept["sets"] == ["ReleasedProductsV2", "Vendors"]
        assert [name for name, _label in their_choices(task)] == ["CustomColour", "ItemNumber", "ProductName"]


def test_a_connection_that_does_not_work_says_why(browser, tenant, monkeypatch):
    finance = made(tenant, make_connection)
    monkeypatch.setattr(network, "connect", lambda connection: Service(None))
    answer = browser.post(url("connection_test", finance.pk))

    assert "no such host" in answer.text
    assert browser.get(url("connection_test", finance.pk)).status_code == 405


def test_a_field_of_the_companys_own_is_added(browser, tenant):
    task = made(tenant, make_task)
    with tenant_scope(tenant):
        network.keep(task.project.connection, OFFERED, {"ReleasedProductsV2"})
    address = f"{url('mappedfield_add')}?task={task.pk}"
    assert "CustomColour" in browser.get(address).text

    answer = browser.post(address, {"source": "unit", "target": "CustomColour", "position": "20"})

    with tenant_scope(tenant):
        field = MappedField.objects.get(target="CustomColour")
        assert (answer.url, field.task) == (url("mappedfield_change", field.pk), task)


STEPS = {
    "value_map": (
        {"words": "inventory = Item\nis_open=true", "otherwise": "x"},
        {"map": {"inventory": "Item", "is_open": True}, "otherwise": "x"},
    ),
    "default": ({"value": "ea"}, {"value": "ea"}),
    "constant": ({"value": "false"}, {"value": False}),
    "lookup": ({"table": "accounts"}, {"table": "accounts"}),
    "text": ({"longest": "20", "case": "upper"}, {"longest": 20, "case": "upper"}),
    "number": ({"decimals": "2", "sign": "-1"}, {"decimals": 2, "sign": -1}),
    "unit": ({"divisor": "60", "decimals": "4"}, {"divisor": "60", "decimals": 4}),
    "format": ({"shape": "date"}, {"as": "date"}),
    "first_of": ({"fields_asked": "unit, code"}, {"fields": ["unit", "code"]}),
}


def test_each_step_has_a_form():
    assert set(STEPS) == set(STEP_FORMS)


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_a_step_is_typed_in_a_plain_form(browser, tenant, kind):
    typed, options = STEPS[kind]
    field = made(tenant, make_mapped_field)
    before = len(field.transforms)

    answer = browser.post(url("mappedfield_step", field.pk, kind), typed)

    assert answer.status_code == 302
    with tenant_scope(tenant):
        field.refresh_from_db()
        assert field.transforms[before:] == [{"kind": kind, "options": options}]
        assert words_of(field.transforms[-1])[1]
    again = f"{url('mappedfield_step', field.pk, kind)}?number={before}"
    assert browser.get(again).status_code == 200
    initial = STEP_FORMS[kind].initial_of(options)
    browser.post(again, {name: value for name, value in initial.items() if value not in {None, ""}})
    with tenant_scope(tenant):
        field.refresh_from_db()
        assert field.transforms[before:] == [{"kind": kind, "options": options}]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("value_map", {"words": "no sign"}), ("format", {"shape": "template"}), ("number", {"decimals": "99"})],
    ids=["words", "template", "decimals"],
)
def test_a_step_that_says_nothing_sensible_is_refused(browser, tenant, kind, typed):
    field = made(tenant, make_mapped_field)
    before = field.transforms

    assert browser.post(url("mappedfield_step", field.pk, kind), typed).status_code == 422
    with tenant_scope(tenant):
        field.refresh_from_db()
        assert field.transforms == before


def test_steps_are_moved_and_taken_away(browser, tenant):
    field = made(tenant, make_mapped_field)
    browser.post(url("mappedfield_step", field.pk, "default"), {"value": "inventory"})
    browser.post(url("mappedfield_steps", field.pk), {"number": "1", "verb": "up"})
    with tenant_scope(tenant):
        field.refresh_from_db()
        assert [each["kind"] for each in field.transforms] == ["default", "value_map"]

    browser.post(url("mappedfield_steps", field.pk), {"number": "1", "verb": "away"})
    with tenant_scope(tenant):
        field.refresh_from_db()
        assert [each["kind"] for each in field.transforms] == ["default"]
    assert browser.post(url("mappedfield_steps", field.pk), {"number": "7"}).status_code == 404


def test_a_changed_mapping_is_sent_again(browser, tenant):
    field = made(tenant, make_mapped_field)
    row = made(tenant, lambda: make_row(field.task, state=RowState.DONE, problem=""))

    browser.post(url("mappedfield_step", field.pk, "default"), {"value": "inventory"})

    with tenant_scope(tenant):
        row.refresh_from_db()
    assert (row.state, row.version) == (RowState.WAITING, 2)


def test_conditions_are_typed(browser, tenant):
    task = made(tenant, make_task)
    page = browser.get(url("integrationtask_change", task.pk))
    assert "is_active = true\nis_externally_maintained != true" in page.text
    given = {"name": "P", "position": "1", "is_active": "on", "entity_set": task.entity_set, "when_gone": "keep"}
    given |= {"company_field": "dataAreaId", "since_field": "", "batch_size": "100"}

    wrong = browser.post(url("integrationtask_change", task.pk), given | {"condition_lines": "colour = red"})
    browser.post(url("integrationtask_change", task.pk), given | {"condition_lines": "kind != service, inventory"})

    assert "There is no field “colour”" in wrong.text
    with tenant_scope(tenant):
        task.refresh_from_db()
        assert task.conditions == [{"field": "kind", "values": ["service", "inventory"], "is_not": True}]


def test_a_preview_shows_real_records(browser, tenant):
    task = made(tenant, make_task)
    product = made(tenant, lambda: make_product(name="Copper valve"))

    page = browser.get(url("integrationtask_preview", task.pk))

    assert page.status_code == 200
    assert product.code in page.text
    assert "Copper valve" in page.text


def test_a_dry_run_shows_what_differs(browser, tenant, monkeypatch):
    task = made(tenant, make_task)
    found = [
        Planned("P-1", "P-1", "update", {"ProductName": "Valve"}, (Difference("ProductName", "Pump", "Valve"),)),
        Planned("P-2", "P-2", "fails", {}, (), ("ProductName must not be empty.",)),
    ]
    monkeypatch.setattr("integrations.admin.tasks.dry_run", lambda task, service: found)

    page = browser.get(url("integrationtask_dry_run", task.pk)).text

    assert "Pump" in page
    assert "Valve" in page
    assert "must not be empty" in page


def test_a_parked_record_tells_its_story_and_is_tried_again(browser, tenant):
    run = made(tenant, make_sync_run)
    with tenant_scope(tenant):
        row = SyncRow.objects.get(events__run=run)
    page = browser.get(url("syncrow_change", row.pk)).text
    assert "The name is too long." in page
    assert url("syncrun_change", run.pk) in page

    browser.post(url("syncrow_retry", row.pk))

    with tenant_scope(tenant):
        row.refresh_from_db()
        assert row.state == RowState.WAITING


def test_a_record_is_read_on_both_sides(browser, tenant, monkeypatch):
    with tenant_scope(tenant):
        product = make_product(code="P-1", name="Valve")
        row = make_row(
            record_id=product.pk, key={"dataAreaId": "usmf", "ItemNumber": "P-1"}, values={"ProductName": "Tap"}
        )
    monkeypatch.setattr("integrations.admin.rows.connect", lambda connection: Service(OFFERED))

    page = browser.get(url("syncrow_sides", row.pk)).text

    assert all(f"<div>{name}" in page for name in ("Valve", "Tap", "Pump"))
    assert "Differs" in page


def test_chosen_records_are_tried_again(browser, tenant):
    rows = made(tenant, lambda: [make_row(), make_row()])
    chosen = {"action": "retry_chosen", "_selected_action": [each.pk for each in rows]}

    browser.post(url("syncrow_changelist"), chosen)

    with tenant_scope(tenant):
        assert {each.state for each in SyncRow.objects.all()} == {RowState.WAITING}


@pytest.mark.parametrize(("action", "occasion"), [("run", "hand"), ("compare", "reconciliation")])
def test_staff_start_a_run(browser, tenant, action, occasion):
    project = made(tenant, make_integration)

    browser.post(url(f"integrationproject_{action}", project.pk))

    with tenant_scope(tenant):
        assert SyncRun.objects.get().occasion == occasion


def test_the_cockpit_costs_the_same_however_much_there_is(browser, tenant):
    counts = []
    for _again in range(2):
        with tenant_scope(tenant):
            make_discrepancy()
            make_row(state=RowState.WAITING)
        browser.get(url("cockpit"))
        with CaptureQueriesContext(database) as asked:
            page = browser.get(url("cockpit"))
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert page.text.count("The name is too long.") >= 2


def test_the_first_page_tells_of_parked_records(browser, tenant):
    made(tenant, make_row)

    assert "1 record is parked in the exchange" in browser.get(reverse("admin:index")).text


def test_a_record_that_no_run_has_looked_at_is_called_by_its_key(browser, tenant):
    row = made(tenant, lambda: make_row(state=RowState.WAITING, record_key="", external_key=""))
    with tenant_scope(tenant):
        code = Product.objects.get(pk=row.record_id).code

    assert code in browser.get(url("cockpit")).text
    assert code in browser.get(url("syncrow_changelist")).text


@pytest.mark.parametrize("page", ["integrationtask_dry_run", "connection_test"])
def test_pages_that_ask_the_other_side_are_for_staff(client_for, tenant, page):
    task = made(tenant, make_task)
    with tenant_scope(tenant):
        customer = make_approver().user
    address = url(page, task.project.connection_id if page == "connection_test" else task.pk)

    assert client_for(customer, tenant).post(address).status_code == 403
    assert "/login/" in client_for(None, tenant).post(address).url


def test_tasks_of_another_company_are_not_offered(browser, other_tenant):
    task = made(other_tenant, make_task)

    assert browser.get(f"{url('mappedfield_add')}?task={task.pk}").status_code == 403
    assert browser.get(url("mappedfield_add")).status_code == 403
    assert browser.get(url("integrationtask_dry_run", task.pk)).status_code == 404
    assert browser.get(url("integrationtask_preview", task.pk)).status_code in {302, 404}
