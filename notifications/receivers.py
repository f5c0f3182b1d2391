"""Answers to what django-anymail makes of a provider's words."""

from anymail.signals import EventType, tracking
from django.dispatch import receiver

from notifications.domain.bounces import Report, note_report
from notifications.enums import ProviderEventKind

KINDS = {
    EventType.DELIVERED: ProviderEventKind.DELIVERED,
    EventType.BOUNCED: ProviderEventKind.BOUNCED,
    EventType.DEFERRED: ProviderEventKind.DEFERRED,
    EventType.COMPLAINED: ProviderEventKind.COMPLAINED,
}

# SendGrid calls it a bounce, too, when a mail server took a mail of ours for spam: the address is good.
PASSING = ("SendGrid", "blocked")


def kind_of(event, esp_name: str) -> ProviderEventKind:
    """What the report means to us; only a bounce that is for good blocks an address."""
    if event.event_type == EventType.BOUNCED and (esp_name, event.esp_event.get("type")) == PASSING:
        return ProviderEventKind.DEFERRED
    return KINDS.get(event.event_type, ProviderEventKind.OTHER)


@receiver(tracking, dispatch_uid="notifications.note_report")
def on_tracking(*, event, esp_name, **_rest):
    """Events without a number of their own cannot be told apart and are left out."""
    if event.event_id and event.message_id:
        report = Report(
            provider=esp_name.lower(),
            key=event.event_id,
            kind=kind_of(event, esp_name),
            message_id=event.message_id,
            address=event.recipient or "",
            at=event.timestamp,
            detail=event.mta_response or event.description or "",
        )
        note_report(report)
