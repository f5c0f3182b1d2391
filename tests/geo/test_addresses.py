import pytest
from django.utils import translation

from portal.geo.addresses import Address, address_lines, one_line

CASES = [
    (
        Address("350 5th Ave", "Floor 21", "New York", "NY", "10118", "US"),
        ["350 5th Ave", "Floor 21", "New York, NY 10118"],
        "United States of America",
    ),
    (
        Address("1 Rideau St", "", "Ottawa", "ON", "K1N 8S7", "CA"),
        ["1 Rideau St", "Ottawa ON K1N 8S7"],
        "Canada",
    ),
    (
        Address("10 Downing Street", "", "London", "", "SW1A 2AA", "GB"),
        ["10 Downing Street", "London", "SW1A 2AA"],
        "United Kingdom",
    ),
    (Address("Unter den Linden 1", "", "Berlin", "", "10117", "DE"), ["Unter den Linden 1", "10117 Berlin"], "Germany"),
    (
        Address("Calle Mayor 1", "", "Getafe", "Madrid", "28901", "ES"),
        ["Calle Mayor 1", "28901 Getafe", "Madrid"],
        "Spain",
    ),
    (
        Address("Sheikh Zayed Road", "Tower 2", "Dubai", "Dubai", "", "AE"),
        ["Sheikh Zayed Road", "Tower 2", "Dubai"],
        "United Arab Emirates",
    ),
    (Address("1 Chome", "", "Tokyo", "Chiyoda", "100-0001", "JP"), ["1 Chome", "Tokyo 100-0001", "Chiyoda"], "Japan"),
]


@pytest.mark.parametrize(("address", "lines", "country"), CASES, ids=[address.country for address, _, _ in CASES])
def test_lines_follow_the_country_and_name_it_abroad_only(address, lines, country):
    assert address_lines(address, home=address.country) == lines
    assert [*lines, country] == address_lines(address)


def test_missing_parts_leave_no_gaps():
    assert address_lines(Address(city="Albany", country="US"), home="US") == ["Albany"]
    assert address_lines(Address(postal_code="10118", country="US"), home="US") == ["10118"]
    assert address_lines(Address(line1="  ", country="DE"), home="DE") == []
    assert address_lines(Address()) == []


def test_the_country_is_named_in_the_language_of_the_reader():
    with translation.override("de"):
        assert address_lines(Address(city="Berlin", postal_code="10117", country="DE"))[-1] == "Deutschland"


def test_letters_that_are_no_country_stand_for_themselves():
    assert address_lines(Address(city="Nowhere", country="QX"))[-1] == "QX"


def test_one_line():
    assert one_line(Address("350 5th Ave", "", "New York", "NY", "10118", "US"), home="US") == (
        "350 5th Ave, New York, NY 10118"
    )


def test_an_address_without_street_town_and_code_is_empty():
    assert not Address(country="US", region="NY")
    assert Address(city="Dubai", country="AE")
