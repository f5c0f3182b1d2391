from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partner programme")

    def ready(self):
        from partners import messages, section  # noqa: F401, PLC0415  registers messages, numbering
