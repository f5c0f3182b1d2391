"""Texts that occur once, and rows that are full of them."""

import re
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import count
from typing import Any

from django.db import models

from portal.tenancy.models import TenantModel

CANARY = re.compile(r"zq[0-9]{4}qz")
SHORTEST = 8
# Texts that are no words of anybody, by field name.
NO_WORDS = frozenset(
    {
        "content_type",
        "country",
        "currency",
        "geocode_note",
        "key",
        "object_type",
        "path",
        "postal_code",
        "request_digest",
        "rule",
        "sha256",
        "time_zone",
        "travel_method",
        "unit",
    }
)
# What customers never read, by field name, whatever record it is on.
STAFF_ONLY = frozenset({"cancel_reason", "internal_notes", "internal_description", "external_number", "problem"})


class For(StrEnum):
    """Whom a text is for."""

    STAFF = "staff of the company"
    ACCOUNT = "contacts of the account"
    SECTION = "contacts of the account with a web role"
    COMPANY = "contacts of the company with a web role"
    TEAM = "contacts of the account with a web role, and of partners whose people work on it"
    TECHNICIAN = "the technician"


@dataclass(frozen=True)
class Canary:
    """A text that occurs once in the world; `account` is the nickname of its account, `section` whose pages it is on, "" for none."""

    token: str
    what: str
    tenant: str
    account: str
    audience: For
    section: str = ""


@dataclass
class Ledger:
    """Which canary was planted where."""

    canaries: dict[str, Canary] = field(default_factory=dict)
    numbers: count = field(default_factory=lambda: count(1))

    def plant(self, tenant: str, account: str, audience: For, what: str, section: str = "") -> str:
        """A new canary for this audience."""
        token = f"zq{next(self.numbers):04d}qz"
        self.canaries[token] = Canary(token, what, tenant, account, audience, section)
        return token

    def as_json(self) -> dict:
        return {token: asdict(canary) for token, canary in self.canaries.items()}


@dataclass(frozen=True)
class Pen:
    """Writes rows of one account (or of the company) whose texts are canaries for one audience."""

    ledger: Ledger
    tenant: str
    account: str
    audience: For
    suffix: str = ""
    section: str = ""

    def to(self, audience: For) -> "Pen":
        """The same pen for another audience."""
        return replace(self, audience=audience)

    def word(self, what: str, audience: For | None = None) -> str:
        """A canary; `audience` where it differs from the pen's."""
        label = f"{what}, {self.suffix}" if self.suffix else what
        return self.ledger.plant(self.tenant, self.account, audience or self.audience, label, self.section)

    def row(self, model: type[TenantModel], **values) -> Any:
        """A row of the model; each text that is not given is a canary. A value of type `For` says for whom the field is."""
        audiences = {name: value for name, value in values.items() if isinstance(value, For)}
        given = {name: value for name, value in values.items() if name not in audiences}
        for each in model._meta.local_fields:
            if each.name not in given and holds_words(each):
                audience = audiences.get(each.name) or (For.STAFF if each.name in STAFF_ONLY else self.audience)
                given[each.name] = self.word(f"{model._meta.verbose_name}: {each.name}", audience)
        return model.objects.create(**given)


def holds_words(each: models.Field) -> bool:
    """Whether people write freely into this field, and a canary fits."""
    return (
        type(each) in {models.CharField, models.TextField}
        and not each.choices
        and each.name not in NO_WORDS
        and (each.max_length is None or each.max_length >= SHORTEST)
    )
