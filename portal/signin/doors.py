"""Who may sign in on a host, and where they land (TEN-1, TEN-8). Apps above register the doors of their own people."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.accounts.models import User
from portal.accounts.queries import contact_of, is_staff_of_tenant
from portal.tenancy.scope import active_tenant

ADMIN_PATH = "/admin/"


@dataclass(frozen=True, slots=True)
class Door:
    """A way into a tenant's portal: for whom it opens, the path behind it, and its place in the order of asking."""

    opens_for: Callable[[User], bool]
    landing: str
    order: int


_doors: list[Door] = []


def register_door(opens_for: Callable[[User], bool], *, landing: str, order: int) -> None:
    """Let those for whom `opens_for(user)` holds, asked in the tenant's scope, sign in; the first open door leads."""
    door = Door(opens_for, landing, order)
    if door not in _doors:
        _doors.append(door)
        _doors.sort(key=lambda each: each.order)


def landing_of(user: User) -> str | None:
    """The path where the user lands on the present host; None when the host is closed to them."""
    if active_tenant() is None:
        return ADMIN_PATH if user.is_platform_staff else None
    return next((door.landing for door in _doors if door.opens_for(user)), None)


def may_enter(user: User) -> bool:
    """Whether the user may sign in on the present host."""
    return user.is_active and landing_of(user) is not None


def is_contact(user: User) -> bool:
    """The customer's and the partner's door."""
    return contact_of(user) is not None


register_door(is_contact, landing="/", order=10)
register_door(is_staff_of_tenant, landing=ADMIN_PATH, order=30)
