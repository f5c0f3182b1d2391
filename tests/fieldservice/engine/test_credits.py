"""Parts of an invoice add up, whatever its rates and however it is parted (FS-5)."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fieldservice.engine.credits import gross_of, part_of
from fieldservice.engine.totals import TaxTotal, tax_on

UNITS = {"USD": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}
RATES = st.sampled_from([Decimal(each) for each in ("0", "2.5", "7.7", "8.875", "19", "100")])
CHARGES = st.lists(st.tuples(st.integers(0, 500_000), RATES), min_size=1, max_size=6)


def groups_of(charges, currency):
    nets = [(units * UNITS[currency], rate) for units, rate in charges]
    return [TaxTotal(f"T{n}", rate, net, tax_on(net, rate, currency)) for n, (net, rate) in enumerate(nets)]


@given(charges=CHARGES, currency=st.sampled_from(list(UNITS)), cuts=st.lists(st.fractions(0, 1), max_size=5))
def test_parts_add_up_to_the_whole_and_never_exceed_it(charges, currency, cuts):
    left = whole = groups_of(charges, currency)
    total = sum(map(gross_of, whole))
    assume(total)
    amounts = [int(int(total / UNITS[currency]) * cut) * UNITS[currency] for cut in cuts]
    for amount in [*amounts, None]:
        rest = sum(map(gross_of, left))
        asked = rest if amount is None else min(amount, rest)
        if not asked:
            continue
        parts = {each.name: each for each in part_of(left, asked, currency)}
        assert sum(map(gross_of, parts.values())) == asked
        nothing = TaxTotal("", Decimal(0), Decimal(0), Decimal(0))
        taken = [(each, parts.get(each.name, nothing)) for each in left]
        left = [TaxTotal(each.name, each.rate, each.net - part.net, each.tax - part.tax) for each, part in taken]
        assert all(each.net >= 0 and each.tax >= 0 for each in [*left, *parts.values()])

    assert sum(map(gross_of, left)) == 0


@pytest.mark.parametrize("amount", ["0", "-1", "10.01"])
def test_what_is_not_there_has_no_part(amount):
    with pytest.raises(ValueError, match=r"\d"):
        part_of([TaxTotal("T", Decimal(0), Decimal(10), Decimal(0))], Decimal(amount), "USD")
