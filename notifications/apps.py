from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

# Something due for longer has met two sweeps and more.
OUTBOX_LIMIT_SECONDS = 120


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self):
        if settings.FAULTS and not settings.FAULTS_ALLOWED:
            raise ImproperlyConfigured("CALLOUT_FAULTS is for tests only. Unset it.")
        from notifications.queries import outbox_age  # noqa: PLC0415  models are loaded now
        from portal.web.health import register_probe  # noqa: PLC0415  the same

        register_probe("outbox", outbox_age, limit=OUTBOX_LIMIT_SECONDS)
