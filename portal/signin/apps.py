from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigninConfig(AppConfig):
    name = "portal.signin"
    label = "signin"
    verbose_name = _("Sign-in")

    def ready(self):
        from portal.signin import messages  # noqa: F401, PLC0415  registers messages
