"""Every template fits what it maps: our fields, the other system's fields as its service has them, and any record (INT-1)."""

import datetime as dt
import re
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.engine.mapping import Mapping, apply
from integrations.engine.validation import Column, Kind, faults
from integrations.engine.values import is_empty
from integrations.entities.base import entity_named
from integrations.templates.base import IN
from integrations.templates.known import TEMPLATES, template_named
from tests.architecture.sources import ROOT

SERVICE = ROOT / "tests" / "erp" / "service" / "srv" / "finance.cds"
KINDS = {
    "String": Kind.TEXT,
    "NoYes": Kind.TEXT,
    "ReleasedProductType": Kind.TEXT,
    "Integer": Kind.INTEGER,
    "Decimal": Kind.NUMBER,
    "DateTime": Kind.INSTANT,
    "Timestamp": Kind.INSTANT,
    "Date": Kind.DATE,
    "Boolean": Kind.BOOLEAN,
}
BODY = re.compile(r"(?:entity|aspect) (\w+)\s*(?::\s*([\w, ]+?))?\s*\{(\}|.*?\n  \})", re.DOTALL)
ELEMENT = re.compile(r"^\s*(key )?\s*(\w+)\s*:\s*(\w+)(?:\([\d, ]+\))?([^;]*);", re.MULTILINE)
TASKS = [(template, task) for template in TEMPLATES for task in template.tasks]
IDS = [f"{template.name}-{task.name}" for template, task in TASKS]
SIMPLE = {
    Kind.TEXT: st.text(max_size=50),
    Kind.INTEGER: st.integers(-1000, 1000),
    Kind.NUMBER: st.decimals(-1000, 1000, places=3),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)),
    Kind.INSTANT: st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)),
}


@cache
def service() -> dict[str, dict[str, tuple[Column, bool]]]:
    """The entity sets of the tests' finance service: their fields, and whether each is of the key."""
    found: dict[str, dict] = {}
    for name, parents, body in BODY.findall(SERVICE.read_text()):
        elements = {}
        for each in re.findall(r"\w+", parents):
            elements |= found.get(each, {})
        for is_key, element, kind, rest in ELEMENT.findall(body):
            if kind in KINDS:
                elements[element] = (Column(element, KINDS[kind], "not null" in rest), bool(is_key))
        found[name] = elements
    return found


def columns_of(task) -> tuple[list[Column], list[Column]]:
    """Where the values of a task come from, and where they go."""
    ours = entity_named(task.entity)
    theirs = [column for column, _key in service()[task.entity_set].values()]
    if task.direction == IN:
        return theirs, [each for each in ours.columns if ours.by_name[each.name].is_writable]
    return list(ours.columns), [each for each in theirs if each.name != task.company_field]


def value_of(column: Column, choices=()):
    known = st.sampled_from(choices) if choices else SIMPLE.get(column.kind, SIMPLE[Kind.TEXT])
    return st.none() | known


@pytest.mark.parametrize(("template", "task"), TASKS, ids=IDS)
def test_fields_fit_both_sides(template, task):
    sources, targets = columns_of(task)

    assert faults(task.fields, sources, targets) == []


@pytest.mark.parametrize(("template", "task"), TASKS, ids=IDS)
def test_the_whole_key_is_mapped(template, task):
    theirs = {name for name, (_column, is_key) in service()[task.entity_set].items() if is_key} - {task.company_field}
    mapped = {each.source if task.direction == IN else each.target for each in task.fields if each.is_key}

    assert mapped == theirs


@pytest.mark.parametrize(("template", "task"), TASKS, ids=IDS)
def test_what_a_task_asks_for_is_there(template, task):
    sources, _targets = columns_of(task)
    known = {each.name for each in sources} | {name for name in service()[task.entity_set] if task.direction == IN}

    assert {each.field for each in task.conditions} <= known
    assert task.company_field in service()[task.entity_set]
    assert not task.since_field or task.since_field in service()[task.entity_set]
    if task.direction == IN:
        assert entity_named(task.entity).write is not None


@pytest.mark.parametrize(("template", "task"), TASKS, ids=IDS)
@settings(max_examples=12)
@given(data=st.data())
def test_a_record_is_mapped_whole_or_says_why_not(template, task, data):
    sources, _targets = columns_of(task)
    choices = (
        {name: each.choices for name, each in entity_named(task.entity).by_name.items()} if task.direction != IN else {}
    )
    record = data.draw(
        st.fixed_dictionaries({each.name: value_of(each, choices.get(each.name, ())) for each in sources})
    )
    partners = data.draw(st.booleans())

    found = apply(Mapping(task.fields), record, lambda table, value: f"{table}:{value}" if partners else None)

    told = {each.field for each in found.problems}
    for each in task.fields:
        is_filled = not is_empty(found.row.get(each.target))
        if each.is_required or each.is_key:
            assert is_filled is not (each.target in told), each.target


def test_what_a_template_needs_is_shipped():
    assert [name for each in TEMPLATES for name in each.needs if template_named(name) is None] == []
    assert len({each.name for each in TEMPLATES}) == len(TEMPLATES)


def test_everything_that_is_asked_for_has_a_template():
    """INT-1, word for word."""
    said = {(task.entity, task.direction) for _template, task in TASKS}

    assert said >= {
        ("products", "in"),
        ("products", "out"),
        ("accounts", "out"),
        ("contacts", "out"),
        ("work_orders", "out"),
        ("work_order_products", "out"),
        ("work_order_services", "out"),
        ("agreement_invoices", "out"),
        ("agreement_invoice_lines", "out"),
        ("work_order_invoices", "in"),
        ("warehouses", "in"),
        ("inventory_levels", "in"),
        ("inventory_movements", "out"),
        ("adjustment_lines", "out"),
        ("transfer_lines", "out"),
        ("vendors", "in"),
        ("purchase_orders", "out"),
        ("purchase_orders", "in"),
        ("purchase_receipts", "in"),
    }


def test_services_and_products_of_an_order_number_their_lines_apart():
    sent = {task.entity: task for task in template_named("work-orders").tasks}
    keys = [
        [each.target for each in sent[name].fields if each.is_key]
        for name in ("work_order_products", "work_order_services")
    ]

    assert keys == [["SalesOrderNumber", "LineCreationSequenceNumber"]] * 2


def test_a_canceled_work_order_cancels_its_order():
    task = next(each for each in template_named("work-orders").tasks if each.entity == "work_orders")
    record = {each.name: "x" for each in entity_named("work_orders").columns}
    said = {
        status: apply(Mapping(task.fields), {**record, "status": status}, lambda table, value: value).values
        for status in ("scheduled", "unscheduled", "canceled", "posted")
    }

    assert {status: each["ExternalWorkOrderStatus"] for status, each in said.items()} == {
        "scheduled": "Open-Scheduled",
        "unscheduled": "Canceled",
        "canceled": "Canceled",
        "posted": "Closed-Posted",
    }


def test_the_account_is_the_one_that_the_manual_names():
    lines = template_named("agreement-invoices").tasks[1]
    said = apply(
        Mapping(lines.fields),
        {each.name: Decimal(1) if each.kind == Kind.NUMBER else "x" for each in entity_named(lines.entity).columns},
        lambda table, value: value,
    )

    assert said.values["MainAccountDisplayValue"] == "401100"
