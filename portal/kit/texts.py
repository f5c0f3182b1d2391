"""Texts that people typed: what never belongs in them."""

import unicodedata

# Characters that turn the direction of all that follows them. They make a name read as another one, and the rest of its line
# with it; right-to-left writing needs none of them, it takes its direction from the letters and from marks, which stay.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters and formatting ones, as a space of no width.
UNSEEN = frozenset({"Cc", "Cf"})
NOTHING = dict.fromkeys(map(ord, TURNING))


def straight(text: str) -> str:
    """The text without characters that turn its direction."""
    return text.translate(NOTHING)


def is_blank(text: str) -> bool:
    """Whether nobody would see anything of the text: white space, and signs that take no room."""
    return all(each.isspace() or unicodedata.category(each) in UNSEEN for each in text)


def seen(text: str) -> str:
    """What people see of a text: without space around it, and nothing of one that only takes no room."""
    text = straight(text).strip()
    return "" if is_blank(text) else text


def plain_ends(text: str) -> str:
    """The text with one sign at the end of each line: forms send two."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
