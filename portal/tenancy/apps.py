from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "portal.tenancy"
    label = "tenancy"
    verbose_name = _("Companies")

    def ready(self):
        from portal.tenancy import checks  # noqa: F401, PLC0415  registers the system checks
