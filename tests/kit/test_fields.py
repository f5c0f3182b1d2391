"""Long texts are counted as people count them."""

import pytest
from django import forms

from portal.kit.fields import LongText


@pytest.mark.parametrize("sent", ["a\r\nbc", "a\rbc", "a\nbc"])
def test_the_end_of_a_line_is_one_sign(sent):
    assert LongText(max_length=4).clean(sent) == "a\nbc"


def test_what_is_longer_is_refused():
    with pytest.raises(forms.ValidationError, match="at most 3 characters"):
        LongText(max_length=3).clean("a\r\nbc")
