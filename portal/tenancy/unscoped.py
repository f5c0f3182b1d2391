"""The only door across tenants. Its importers are listed in the import contracts."""

from collections.abc import Iterator

from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope


def all_tenants() -> list[Tenant]:
    """Every active tenant, in a stable order."""
    return list(Tenant.objects.filter(is_active=True).order_by("slug"))


def each_tenant() -> Iterator[Tenant]:
    """Every active tenant in turn, each in a scope and transaction of its own."""
    for tenant in all_tenants():
        with tenant_scope(tenant):
            yield tenant
