"""What people write about a visit is counted as they count it."""

import pytest

from scheduling.forms import BookForm, CancelForm, FeedbackForm
from scheduling.phone_forms import NoteForm, StepForm


@pytest.mark.parametrize(
    ("form", "name"),
    [(BookForm, "comments"), (CancelForm, "note"), (FeedbackForm, "comments"), (NoteForm, "text"), (StepForm, "note")],
)
def test_the_end_of_a_line_is_one_sign(form, name):
    field = form.base_fields[name]
    longest = field.max_length
    assert len(field.clean("x\r\n" * (longest // 2 - 1) + "xy")) == longest
