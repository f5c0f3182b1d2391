"""The first wall: SQL over tenant data compiles only inside a scope, and reaches that tenant's rows only."""

from django.db import models

from portal.tenancy.compiled import TENANT, Blank, keeping
from portal.tenancy.errors import WrongTenant
from portal.tenancy.scope import current_tenant


class CurrentTenantId(models.Expression):
    """The id of the tenant in scope at the moment the SQL is compiled; raises NoTenant outside a scope.

    Every way in compiles SQL (`exists()`, `explain()`, `update()`, related and base managers), so none goes round it,
    while a queryset may still be written down at import time by a form or a filter.
    """

    output_field = models.UUIDField()

    def as_sql(self, compiler, connection):
        return "%s", [Blank(TENANT) if keeping.get() else current_tenant().pk]


class TenantQuerySet(models.QuerySet):
    """Rows of one tenant."""

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        tenant = current_tenant()
        for each in objs:
            each.tenant_id = each.tenant_id or tenant.pk
            if each.tenant_id != tenant.pk:
                raise WrongTenant(f"{type(each).__name__} belongs to another tenant.")
        return super().bulk_create(objs, *args, **kwargs)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """The default and the base manager of every tenant table."""

    use_in_migrations = False

    def get_queryset(self):
        return super().get_queryset().filter(tenant_id=CurrentTenantId())
