"""Filters mean on the server what they mean here: compared with Python over made-up conditions and texts."""

import operator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.odata.query import F
from tests.erp.finance import COMPANY
from tests.integrations.odata.records import CUSTOMERS, PRODUCTS, customer, customer_key, insert

pytestmark = pytest.mark.erp
# Whatever people type. SQLite, behind the server, ends a text at its first NUL.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=10) | st.sampled_from(
    [
        "'",
        "''",
        "%27",
        "a' or 'a' eq 'a",
        "&$top=0",
        "a+b",
        "#",
        "?",
        "/",
        "\\",
        "%",
        "_",
        "갴😀",
        "null",
        "true",
        "%2525",
        ") or (1 eq 1",
    ]
)
COMPARED = {
    "eq": (F.eq, operator.eq),
    "ne": (F.ne, operator.ne),
    "gt": (F.gt, operator.gt),
    "ge": (F.ge, operator.ge),
    "lt": (F.lt, operator.lt),
    "le": (F.le, operator.le),
}
SEARCHED = {
    "contains": (F.contains, operator.contains),
    "startswith": (F.startswith, str.startswith),
    "endswith": (F.endswith, str.endswith),
}
SIZE = 40


# The server tells the address of a new record in a header, which holds no more than that.
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=10)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS.filter(str.strip), min_size=1, max_size=6, unique=True))
def test_every_text_finds_itself_and_nothing_else(erp, service, texts):
    erp.server.empty()
    numbers = [f"C-{number}" for number in range(len(texts))]
    new = [insert(CUSTOMERS, customer(n, OrganizationName=text)) for n, text in zip(numbers, texts, strict=True)]
    assert [each.error for each in service.batch(new)] == [None] * len(texts)
    for number, text in zip(numbers, texts, strict=True):
        [page] = service.pages(CUSTOMERS, where=F.eq("OrganizationName", text), select=["CustomerAccount"])
        assert [row.values["CustomerAccount"] for row in page.rows] == [number]
    [page] = service.pages(CUSTOMERS, where=F.one_of("OrganizationName", texts))
    assert len(page.rows) == len(texts)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=st.lists(KEYS.filter(str.strip), min_size=1, max_size=4, unique=True))
def test_every_key_is_the_address_of_its_record(erp, service, keys):
    erp.server.empty()
    service.batch([insert(CUSTOMERS, customer(key)) for key in keys])
    for key in keys:
        assert service.get(CUSTOMERS, customer_key(key)).values["CustomerAccount"] == key
        assert service.update(CUSTOMERS, customer_key(key), {"LanguageId": "de"}).values["CustomerAccount"] == key
    assert len(erp.effects()) == 2 * len(keys)


def products() -> list[dict]:
    return [
        {
            "ProductNumber": f"Produ{number:06}",
            "SalesUnitSymbol": ("ea", "h", "kg")[number % 3],
            "SalesUnitDecimalPrecision": number,
            "SalesPrice": Decimal(number) / 4,
        }
        for number in range(SIZE)
    ]


def condition(name: str, method: str, value):
    make, means = {**COMPARED, **SEARCHED}[method]
    return make(name, value), lambda row: means(row[name], value)


LEAVES = st.one_of(
    st.builds(
        condition, st.just("SalesUnitDecimalPrecision"), st.sampled_from(sorted(COMPARED)), st.integers(-1, SIZE)
    ),
    st.builds(
        condition,
        st.just("SalesPrice"),
        st.sampled_from(sorted(COMPARED)),
        st.integers(0, SIZE).map(lambda n: Decimal(n) / 4),
    ),
    st.builds(
        condition,
        st.just("SalesUnitSymbol"),
        st.sampled_from(["eq", "ne"]),
        st.sampled_from(["ea", "h", "kg", "KG", ""]),
    ),
    st.builds(
        condition,
        st.just("ProductNumber"),
        st.sampled_from(sorted(SEARCHED)),
        st.sampled_from(["Pro", "1", "03", "u00001", "9"]),
    ),
)


def combined(children):
    return st.one_of(
        st.tuples(children, children).map(
            lambda two: (two[0][0] & two[1][0], lambda row: two[0][1](row) and two[1][1](row))
        ),
        st.tuples(children, children).map(
            lambda two: (two[0][0] | two[1][0], lambda row: two[0][1](row) or two[1][1](row))
        ),
        children.map(lambda one: (~one[0], lambda row: not one[1](row))),
    )


@pytest.fixture
def filled(erp):
    erp.fill(PRODUCTS, COMPANY, SIZE)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(both=st.recursive(LEAVES, combined, max_leaves=6))
def test_a_condition_chooses_the_same_records_there_and_here(service, filled, both):
    where, means = both
    [page] = service.pages(PRODUCTS, where=where, select=["ProductNumber"])
    chosen = sorted(row.values["ProductNumber"] for row in page.rows)
    assert chosen == [row["ProductNumber"] for row in products() if means(row)]
