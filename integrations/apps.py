from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Exchange with finance and operations")

    def ready(self):
        from integrations import messages  # noqa: F401, PLC0415  registers the message
        from integrations.entities import known  # noqa: F401, PLC0415  makes the entities known
