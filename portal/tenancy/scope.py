"""The scope: whose data the running code works on. Opened at the door, nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import connection, transaction

from portal.tenancy.errors import NoTenant

if TYPE_CHECKING:
    from portal.tenancy.models import Tenant

_active: ContextVar["Tenant | None"] = ContextVar("active_tenant", default=None)
_read_only: ContextVar[bool] = ContextVar("read_only", default=False)


def active_tenant() -> "Tenant | None":
    """The tenant in scope, or None."""
    return _active.get()


def current_tenant() -> "Tenant":
    """The tenant in scope.

    Raises NoTenant outside a scope.
    """
    tenant = _active.get()
    if tenant is None:
        raise NoTenant("Tenant data was asked for outside a tenant's scope.")
    return tenant


@contextmanager
def named_scope(tenant: "Tenant | None") -> Iterator[None]:
    """Only name the tenant, without a transaction: for a view that opens its own (`own_transactions`)."""
    token = _active.set(tenant)
    try:
        yield
    finally:
        _active.reset(token)


@contextmanager
def tenant_scope(tenant: "Tenant") -> Iterator[None]:
    """Open a transaction in which exactly this tenant's rows exist (D2).

    The setting is transaction-local, so nothing is left behind on a pooled connection. Inside a scope of
    another tenant (tests, platform work) the former setting comes back on leaving.
    """
    former = _active.get()
    nested = connection.in_atomic_block
    with named_scope(tenant), transaction.atomic():
        announce(tenant)
        if _read_only.get():
            refuse_writing()
        yield
    if nested and former is not None and former != tenant and not connection.needs_rollback:
        announce(former)


def announce(tenant: "Tenant | None") -> None:
    """Tell PostgreSQL's policies which tenant this transaction is for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant.pk) if tenant else ""])


@contextmanager
def read_only() -> Iterator[None]:
    """Inside, PostgreSQL itself refuses every write and every lock, in this transaction and in those that begin here."""
    token = _read_only.set(True)
    try:
        if not connection.in_atomic_block:
            yield
            return
        # What is set in a savepoint ends with it.
        with transaction.atomic():
            refuse_writing()
            yield
    finally:
        _read_only.reset(token)


def refuse_writing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")


def own_transactions(view: Callable) -> Callable:
    """Mark a view that opens `tenant_scope()` itself, because it talks to the network between transactions."""
    view.opens_own_transactions = True  # type: ignore[attr-defined]
    return view
