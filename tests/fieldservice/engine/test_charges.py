"""What a line charges (DYNAMICS 3.4)."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from fieldservice.engine.charges import product_charge, service_charge


def line(**fields):
    values = {"unit_price": "60", "discount_percent": "0", "tax_rate": "10", "minimum_amount": "0"}
    decimals = {name: Decimal(value) for name, value in {**values, **fields}.items() if not isinstance(value, bool)}
    return SimpleNamespace(**{"is_covered": False, "is_flat_fee": False, **fields, **decimals})


def test_a_part_charges_its_quantity():
    found = product_charge(line(unit_price="12.5", discount_percent="20"), Decimal("1.5"), currency="USD")
    assert (found.net, found.tax) == (Decimal("15.00"), Decimal("1.50"))


@pytest.mark.parametrize(
    ("fields", "minutes", "net"),
    [
        ({}, 20, "20.00"),
        ({}, 0, "0"),
        ({"is_flat_fee": True}, 5, "60.00"),
        ({"is_flat_fee": True}, 0, "0"),
        ({"minimum_amount": "45"}, 20, "45.00"),
        ({"minimum_amount": "45"}, 90, "90.00"),
        ({"minimum_amount": "45"}, 0, "0"),
        ({"is_covered": True}, 60, "0"),
    ],
)
def test_a_service_charges_its_time(fields, minutes, net):
    assert service_charge(line(**fields), minutes, currency="USD").net == Decimal(net)


def test_untaxed_work_has_no_tax():
    assert service_charge(line(), 60, currency="USD", is_taxed=False).tax == 0
    assert product_charge(line(), Decimal(1), currency="USD", is_taxed=False).tax == 0
