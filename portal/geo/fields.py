"""A time zone that falls back to the tenant's."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models.tenants import validate_time_zone
from portal.tenancy.scope import current_tenant


class TimeZoneField(models.CharField):
    """An IANA time zone name. Left empty, a row is saved with the zone of the tenant in scope (D6)."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("help_text", _("A name like Europe/London. Left empty, it is taken from the address."))
        kwargs.setdefault("validators", [validate_time_zone])
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        if not getattr(model_instance, self.attname):
            setattr(model_instance, self.attname, current_tenant().time_zone)
        return super().pre_save(model_instance, add)
