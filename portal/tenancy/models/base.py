"""The base of every table that holds a tenant's data."""

from django.db import models

from portal.kit.ids import uuid7
from portal.tenancy.errors import WrongTenant
from portal.tenancy.managers import TenantManager
from portal.tenancy.scope import current_tenant


class TenantModel(models.Model):
    """A row of one tenant. The tenant comes from the scope; saving in another's scope raises WrongTenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey("tenancy.Tenant", on_delete=models.PROTECT, editable=False, related_name="+")

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args, **kwargs):
        self._claim()
        super().save(*args, **kwargs)

    def full_clean(self, *args, **kwargs):
        self._claim()
        super().full_clean(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self._claim()
        return super().delete(*args, **kwargs)

    def _claim(self):
        tenant = current_tenant()
        if self.tenant_id is None:
            self.tenant = tenant
        elif self.tenant_id != tenant.pk:
            raise WrongTenant(f"{type(self).__name__} belongs to another tenant.")
