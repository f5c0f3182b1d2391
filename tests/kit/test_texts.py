"""What belongs in texts that people typed."""

import pytest

from portal.kit.texts import is_blank, seen


@pytest.mark.parametrize("text", ["", "  \n\t", "\u200b", "\u2060 \ufeff", "\u202e", "\u00a0"])
def test_what_nobody_sees_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", " a ", "\u200bb", "\U0001f44d", "لا"])
def test_a_single_sign_is_a_text(text):
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "shown"), [(" Corner Shop ", "Corner Shop"), ("\u200b \u2060", ""), ("Corner\u202e Shop", "Corner Shop")]
)
def test_what_is_seen_of_a_text(text, shown):
    assert seen(text) == shown
