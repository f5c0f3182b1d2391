"""Absolute addresses for what leaves the portal."""

from django.conf import settings

from portal.tenancy.compiled import Compiled
from portal.tenancy.models import Tenant, TenantHost

hosts_of = Compiled(
    lambda tenant: TenantHost.objects.filter(tenant=tenant).order_by("-is_primary", "host").values_list("host")[:1]
)


def primary_host(tenant: Tenant | None) -> str:
    """The host that stands in the tenant's links; the platform's own without a tenant."""
    if tenant is None:
        return settings.PLATFORM_HOSTS[0]
    (host,) = hosts_of.first(tenant.pk) or (f"{tenant.slug}.{settings.PLATFORM_HOSTS[0]}",)
    return host


def site_url(tenant: Tenant | None) -> str:
    """Scheme, host and, where it is not the scheme's own, port; without a slash at the end."""
    port = f":{settings.PORTAL_PORT}" if settings.PORTAL_PORT else ""
    return f"{settings.PORTAL_SCHEME}://{primary_host(tenant)}{port}"


def absolute(path: str, tenant: Tenant | None) -> str:
    """A path of the tenant's portal as an address."""
    return f"{site_url(tenant)}{path}"
