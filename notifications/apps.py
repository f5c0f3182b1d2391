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
        check_provider()
        if settings.SMS_URL and not settings.SMS_URL.startswith("smpp://"):
            raise ImproperlyConfigured("SMS_URL must begin with smpp://.")
        from notifications import messages, receivers  # noqa: F401, PLC0415  registers them; models are loaded now
        from notifications.queries import outbox_age  # noqa: PLC0415  models are loaded now
        from portal.web.health import register_probe  # noqa: PLC0415  the same

        register_probe("outbox", outbox_age, limit=OUTBOX_LIMIT_SECONDS)


def check_provider():
    """Nobody may tell of our mails without a key."""
    needed = {
        "": (),
        "mailgun": (("MAIL_SIGNING_KEY", "MAILGUN_WEBHOOK_SIGNING_KEY"),),
        "sendgrid": (("MAIL_WEBHOOK_SECRET", "WEBHOOK_SECRET"),),
    }
    if settings.MAIL_PROVIDER not in needed:
        raise ImproperlyConfigured("MAIL_PROVIDER must be mailgun or sendgrid.")
    for variable, key in needed[settings.MAIL_PROVIDER]:
        if not settings.ANYMAIL[key]:
            raise ImproperlyConfigured(f"{variable} is not set, and {settings.MAIL_PROVIDER} needs it.")
