"""Tenants, hosts, and the base of every tenant table."""

from portal.tenancy.models.base import TenantModel
from portal.tenancy.models.heartbeats import Heartbeat
from portal.tenancy.models.tenants import Tenant, TenantHost

__all__ = ["Heartbeat", "Tenant", "TenantHost", "TenantModel"]
