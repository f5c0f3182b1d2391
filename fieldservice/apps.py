from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldServiceConfig(AppConfig):
    name = "fieldservice"
    verbose_name = _("Field service")

    def ready(self):
        from fieldservice import messages, receivers, section  # noqa: F401, PLC0415  registers messages, navigation, search
