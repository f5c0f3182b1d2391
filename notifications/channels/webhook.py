"""Events to programs of the tenant's own, signed by the Standard Webhooks scheme (NOT-4, SECURITY 32)."""

from http import HTTPStatus

from standardwebhooks.webhooks import Webhook

from notifications.channels.base import Envelope, GoneError, PermanentError, TemporaryError
from portal.kit import clock, outgoing

ACCEPTED = range(200, 300)


class WebhookChannel:
    """POSTs the event. A repeat carries the same id, so that the receiver can tell."""

    def send(self, envelope: Envelope) -> None:
        try:
            status = outgoing.post(envelope.recipient, envelope.text.encode(), headers_of(envelope))
        except outgoing.AddressRefused as error:
            raise PermanentError(f"address refused: {error}") from error
        except outgoing.NotReached as error:
            # One endpoint that is away says nothing of the others: the sweep goes on.
            raise TemporaryError(str(error)) from error
        if status == HTTPStatus.GONE:
            raise GoneError(str(status))
        if status not in ACCEPTED:
            raise TemporaryError(str(status))

    def was_accepted(self, message_id: str) -> bool | None:
        return None


def headers_of(envelope: Envelope) -> dict[str, str]:
    """Id, time and a signature by each secret, the present one first."""
    now = clock.now()
    event_id = envelope.message_id.strip("<>").partition("@")[0]
    signatures = [Webhook(each).sign(event_id, now, envelope.text) for each in envelope.secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Callout",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
