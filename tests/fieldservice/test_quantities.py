"""Quantities with their units, as customers read them (FS-4, FS-5)."""

from decimal import Decimal

import pytest

from fieldservice.papers.quantities import quantity_text


@pytest.mark.parametrize(
    ("quantity", "unit", "said"),
    [
        ("2", "piece", "2 pieces"),
        ("1.000", "Month", "1 month"),
        ("2.500", "month", "2.5 months"),
        ("0", "piece", "0 pieces"),
        ("2", "kg", "2 kg"),
        ("2", "pcs", "2 pcs"),
        ("1250", "", "1,250"),
    ],
)
def test_a_quantity_is_said_as_people_say_it(quantity, unit, said):
    assert quantity_text(Decimal(quantity), unit) == said
