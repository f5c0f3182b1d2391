import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.geo.postal import normal_code, normal_prefix, prefixes


@pytest.mark.parametrize(
    ("country", "typed", "normal"),
    [
        ("US", "10001-1234", "100011234"),
        ("US", " 10001 ", "10001"),
        ("GB", "sw1a2aa", "SW1A 2AA"),
        ("GB", "N1  1AA", "N1 1AA"),
        ("GB", "SW1A", "SW1A"),
        ("NL", "1012 ab", "1012AB"),
        ("AE", "", ""),
    ],
)
def test_codes_have_one_form(country, typed, normal):
    assert normal_code(country, typed) == normal


@pytest.mark.parametrize(
    ("country", "code", "prefix", "covers"),
    [
        ("US", "10001-1234", "100", True),
        ("US", "10001", "10001", True),
        ("US", "10001", "101", False),
        ("US", "10001", "", True),
        ("GB", "SW1A 2AA", "SW1", True),
        ("GB", "SW1A 2AA", "SW1A", True),
        ("GB", "SW1A 2AA", "SW", True),
        ("GB", "SW1A 2AA", "S", False),
        ("GB", "SW11 2AB", "SW1", False),
        ("GB", "SW11 2AB", "SW11", True),
        ("GB", "S1 2AB", "S", True),
        ("GB", "N1 1AA", "N11", False),
        ("GB", "N11 1AA", "N11", True),
        ("GB", "N1 1AA", "N1 1", True),
        ("GB", "N11 1AA", "N1 1", False),
        ("GB", "SW1A", "SW1", True),
        ("AE", "", "", True),
    ],
)
def test_a_prefix_covers_what_people_mean_by_it(country, code, prefix, covers):
    assert (normal_prefix(country, prefix) in prefixes(country, code)) is covers


@given(st.text(max_size=12), st.sampled_from(["US", "GB", "DE", "AE"]))
def test_prefixes_come_longest_first_and_end_with_the_whole_country(code, country):
    found = prefixes(country, code)
    assert found == sorted(found, key=len, reverse=True)
    assert found[-1] == ""
    assert len(set(found)) == len(found)
    assert all(normal_code(country, code).startswith(each) for each in found)
    assert all(normal_prefix(country, each) == each for each in found)
