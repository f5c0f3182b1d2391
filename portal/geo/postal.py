"""Postal codes and their prefixes, plain Python."""

import re

BRITISH = frozenset({"GB", "GG", "JE", "IM"})
BRITISH_CODE = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$")


def normal_code(country: str, code: str) -> str:
    """The code in capitals without blanks and hyphens; a British one keeps the blank before its last three signs."""
    plain = re.sub(r"[^0-9A-Z]", "", code.upper())
    if country in BRITISH and (parts := BRITISH_CODE.match(plain)):
        return f"{parts[1]} {parts[2]}"
    return plain


def normal_prefix(country: str, prefix: str) -> str:
    """A prefix as it is stored: like a code, but a British sector keeps the blank that was typed ("N1 1" is not "N11")."""
    if country in BRITISH and " " in prefix.strip():
        district, _, sector = prefix.strip().upper().partition(" ")
        return f"{normal_code('', district)} {normal_code('', sector)}".strip()
    return normal_code(country, prefix)


def prefixes(country: str, code: str) -> list[str]:
    """Every prefix that covers the code, longest first; the empty one stands for the whole country.

    In Britain a district ends where its number ends: SW1 covers SW1A but not SW11, and S covers S1 but not SW1.
    """
    normal = normal_code(country, code)
    found = [normal[:length] for length in range(len(normal), -1, -1)]
    if country not in BRITISH:
        return found
    district = normal.partition(" ")[0]
    return [each for each in found if not each.endswith(" ") and _ends_at_a_border(each, district)]


def _ends_at_a_border(prefix: str, district: str) -> bool:
    rest = district[len(prefix) :]
    if not prefix or not rest or " " in prefix:
        return True
    return rest[0].isdigit() if prefix[-1].isalpha() else rest[0].isalpha()
