"""Messages of this app itself."""

from datetime import timedelta

from django.utils.translation import gettext_lazy

from notifications.registry import Message, register


@register
class WebhookTest(Message):
    """An event that tells of nothing; it goes to one endpoint only."""

    name = "webhook_test"
    title = gettext_lazy("Test event")
    app = "notifications"
    is_optional = False
    useful_for = timedelta(hours=1)
