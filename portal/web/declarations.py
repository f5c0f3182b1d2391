"""What a view declares of itself: section, object and rule. `manage.py routes`, the start-up check and the matrix read it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from portal.accounts.enums import Section


class Rule(StrEnum):
    """Who gets an answer other than 404 or the way to the sign-in page."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    CONTACT = "contact of the company"
    ROLE = "web role for the section"
    VISIBLE = "visible to the contact"
    POLICY = "visible to the contact, then the policy"
    TECHNICIAN = "technician of the company"
    STAFF = "staff of the company"
    EMBEDDED = "embedded mode only"
    SECRET = "knows the secret of the link"  # noqa: S105  a rule, no secret


@dataclass(frozen=True, slots=True)
class Declaration:
    """Read by `routes --json`."""

    rule: Rule
    section: Section | None = None
    object_type: str = ""
    methods: tuple[str, ...] = ("GET", "HEAD")


# Pages of packages, by name or by namespace.
OTHERS = {
    "account_login": Declaration(Rule.PUBLIC, methods=("GET", "HEAD", "POST")),
    "account_logout": Declaration(Rule.PUBLIC, methods=("GET", "HEAD", "POST")),
    "account_inactive": Declaration(Rule.PUBLIC),
    "account_email_verification_sent": Declaration(Rule.PUBLIC),
    "account_confirm_email": Declaration(Rule.SECRET, methods=("GET", "HEAD", "POST")),
    "account_change_password": Declaration(Rule.SIGNED_IN, methods=("GET", "HEAD", "POST")),
    "account_reset_password": Declaration(Rule.PUBLIC, methods=("GET", "HEAD", "POST")),
    "account_reset_password_done": Declaration(Rule.PUBLIC),
    "account_reset_password_from_key": Declaration(Rule.SECRET, methods=("GET", "HEAD", "POST")),
    "account_reset_password_from_key_done": Declaration(Rule.PUBLIC),
    "set_language": Declaration(Rule.PUBLIC, methods=("POST",)),
}
NAMESPACES = {"admin": Declaration(Rule.STAFF, methods=("GET", "HEAD", "POST"))}


def declare(
    rule: Rule, *, section: Section | None = None, object_type: str = "", methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable:
    """Decorate a function view with its declaration."""

    def mark(view):
        view.declaration = Declaration(rule, section, object_type, methods)
        return view

    return mark


def declaration_of(callback, name: str, namespace: str) -> Declaration | None:
    """What the view behind a path declares, None when it says nothing."""
    view_class = getattr(callback, "view_class", None)
    if view_class is not None and hasattr(view_class, "declared"):
        return view_class.declared()
    found = getattr(callback, "declaration", None)
    return found or NAMESPACES.get(namespace.split(":", maxsplit=1)[0]) or (OTHERS.get(name) if not namespace else None)
