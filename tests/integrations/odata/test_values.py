"""Values on their way: exact, escaped, in UTC; what is none is refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.odata.metadata import EntityType, Property
from integrations.odata.query import F, options, query_text, resource
from integrations.odata.values import from_json, literal, record_to_json, to_json

THING = EntityType(
    "Erp.Thing",
    ("Company", "Number"),
    {
        each.name: each
        for each in (
            Property("Company"),
            Property("Number", "Edm.Int32"),
            Property("Id", "Edm.Guid"),
            Property("Kind", "Erp.NoYes"),
            Property("Price", "Edm.Decimal"),
            Property("Weight", "Edm.Double"),
            Property("Big", "Edm.Int64"),
            Property("At", "Edm.DateTimeOffset"),
            Property("Day", "Edm.Date"),
            Property("Open", "Edm.Boolean"),
        )
    },
)
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Dubai", "Australia/Lord_Howe", "Africa/Monrovia"]).map(
    ZoneInfo
)
EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Company", "O'Neil's", "'O''Neil''s'"),
        ("Company", GUID, f"'{GUID}'"),
        ("Company", None, "null"),
        ("Id", GUID, GUID),
        ("Id", f"{GUID}' or 1 eq 1", f"'{GUID}'' or 1 eq 1'"),
        ("Kind", "Yes", "Erp.NoYes'Yes'"),
        ("Number", -7, "-7"),
        ("Open", True, "true"),
        ("Open", False, "false"),
        ("Price", Decimal("1E+3"), "1000"),
        ("Price", Decimal("0.00000010"), "0.00000010"),
        ("Day", date(2026, 2, 28), "2026-02-28"),
        ("At", datetime(2026, 3, 1, 4, 0, tzinfo=EAST), "2026-02-28T22:30:00Z"),
        ("At", datetime(2026, 3, 1, 4, 0, 0, 250, tzinfo=UTC), "2026-03-01T04:00:00.000250Z"),
    ],
)
def test_a_value_inside_an_address(name, value, text):
    assert literal(value, THING.properties[name]) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Price", 1.5),
        ("Price", Decimal("NaN")),
        ("Price", Decimal("Infinity")),
        ("At", datetime(2026, 3, 1)),
        ("Company", ["a"]),
        ("Company", b"a"),
    ],
)
def test_what_is_no_value_is_refused(name, value):
    with pytest.raises((TypeError, ValueError)):
        literal(value, THING.properties[name])
    with pytest.raises((TypeError, ValueError)):
        to_json(value, THING.properties[name])


def test_numbers_that_json_cannot_hold_travel_as_text():
    sent = record_to_json(
        {
            "Price": Decimal("0.1"),
            "Big": 2**60,
            "Number": 3,
            "Weight": Decimal("0.5"),
            "Open": True,
            "Other": Decimal(4),
        },
        THING,
    )
    assert sent == {"Price": "0.1", "Big": str(2**60), "Number": 3, "Weight": 0.5, "Open": True, "Other": "4"}


@pytest.mark.parametrize(
    ("name", "found", "value"),
    [
        ("Price", "12.3400", Decimal("12.3400")),
        ("Price", Decimal("12.34"), Decimal("12.34")),
        ("Price", 12, Decimal(12)),
        ("Big", "1152921504606846976", 2**60),
        ("At", "2026-03-01T04:00:00Z", datetime(2026, 3, 1, 4, tzinfo=UTC)),
        ("At", "2026-03-01T04:00:00.1234567Z", datetime(2026, 3, 1, 4, 0, 0, 123456, tzinfo=UTC)),
        ("At", "2026-03-01T04:00:00+05:30", datetime(2026, 3, 1, 4, tzinfo=EAST)),
        ("Day", "2026-02-28", date(2026, 2, 28)),
        ("Company", None, None),
        ("Kind", "Yes", "Yes"),
        ("Price", "a lot", "a lot"),
        ("Unheard", "of", "of"),
    ],
)
def test_a_value_that_came(name, found, value):
    read = from_json(found, THING.properties.get(name))
    assert read == value
    assert type(read) is type(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_come_back_as_they_went(value):
    assert from_json(to_json(value, THING.properties["Price"]), THING.properties["Price"]) == value


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=ZONES))
def test_moments_come_back_as_they_went(value):
    # Their place on the line of time: in the hour that a clock runs through twice, == says no of equal moments.
    read = from_json(to_json(value, THING.properties["At"]), THING.properties["At"])
    assert read.timestamp() == value.timestamp()


@given(st.text(), st.text())
def test_no_text_breaks_out_of_its_quotes(company, other):
    """Read back by the grammar's own rule: everything between quotes, with doubled quotes for one."""
    text = options(THING, where=F.eq("Company", company) & F.ne("Company", other))["$filter"]
    inner = text.removeprefix("(Company eq '").removesuffix("')")
    first, separator, second = inner.partition("' and Company ne '")
    while first.count("'") % 2:
        more, separator, second = second.partition("' and Company ne '")
        first += "' and Company ne '" + more
    assert separator
    assert (first.replace("''", "'"), second.replace("''", "'")) == (company, other)
    assert "'" not in first.replace("''", "")


def test_the_address_of_a_record_has_its_whole_key_in_order():
    address = resource("Things", {"Number": 4, "Company": "a/b'?#&%"}, THING)
    assert address == "Things(Company=%27a%2Fb%27%27%3F%23%26%25%27,Number=4)"
    assert unquote(address) == "Things(Company='a/b''?#&%',Number=4)"


@pytest.mark.parametrize(
    "key", [{"Company": "a"}, {"Company": "a", "Number": 1, "Price": 2}, {"Company": "a", "Other": 1}, {}]
)
def test_a_key_that_is_not_whole_is_no_address(key):
    with pytest.raises(ValueError, match="the key of Things is Company, Number"):
        resource("Things", key, THING)


def test_the_options_of_a_list():
    found = options(
        THING,
        select=["Company", "Price"],
        where=F.one_of("Number", [1, 2]) & ~F.startswith("Company", "x"),
        expand={"Lines": ["Number"], "Owner": []},
        order_by=["-Price", "Number"],
        top=5,
    )
    assert found == {
        "$select": "Company,Price",
        "$filter": "((Number eq 1 or Number eq 2) and not (startswith(Company,'x')))",
        "$expand": "Lines($select=Number),Owner",
        "$orderby": "Price desc,Number",
        "$top": "5",
    }
    assert query_text({"$filter": "Company eq 'a&b=c'"}) == "$filter=Company%20eq%20%27a%26b%3Dc%27"


@pytest.mark.parametrize(
    "name", ["", "Company eq 'a' or 1", "Company)", "1st", "a b", "Lines/$count", "x" * 200, "Größe"]
)
def test_a_name_is_a_name(name):
    with pytest.raises(ValueError, match="no name"):
        F.eq(name, "x")
    with pytest.raises(ValueError, match="no name"):
        options(THING, select=[name])
    with pytest.raises(ValueError, match="no name"):
        options(THING, order_by=[f"-{name}"])


def test_a_filter_on_what_the_entity_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"Erp\.Thing has no Colour"):
        options(THING, where=F.eq("Colour", "red"))
    with pytest.raises(ValueError, match="needs a value"):
        F.one_of("Company", [])
