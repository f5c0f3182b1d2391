from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "portal.web"
    label = "web"
    verbose_name = _("Portal pages")

    def ready(self):
        from django_structlog.signals import bind_extra_request_metadata  # noqa: PLC0415  apps must be loaded

        from portal.web import checks  # noqa: F401, PLC0415  registers the system checks
        from portal.web.client_address import log_address  # noqa: PLC0415  apps must be loaded

        bind_extra_request_metadata.connect(log_address, dispatch_uid="log_client_address")
