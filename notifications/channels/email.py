"""E-mail over SMTP, built by Django's classes only (SECURITY 23)."""

import re
import smtplib
import unicodedata
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email

from notifications.channels.base import AwayError, Envelope, PermanentError, TemporaryError, UncertainError
from portal.kit.texts import straight

LONGEST_SUBJECT = 200
LONGEST_NAME = 100
REFUSED_FOR_GOOD = range(500, 600)


class EmailChannel:
    """Sends through `EMAIL_URL`. The embedded mail catcher can be asked what it has; other servers cannot."""

    def send(self, envelope: Envelope) -> None:
        mail = composed(envelope)
        connection = get_connection(fail_silently=False)
        connect(connection)
        try:
            connection.send_messages([mail])
        except (smtplib.SMTPException, OSError) as error:
            raise classified(error) from error
        finally:
            with suppress(smtplib.SMTPException, OSError):
                connection.close()

    def was_accepted(self, message_id: str) -> bool | None:
        if not (settings.CALLOUT_EMBEDDED and settings.MAILBOX_DIR.is_dir()):
            return None
        return is_kept(settings.MAILBOX_DIR, message_id)


def composed(envelope: Envelope) -> EmailMultiAlternatives:
    """The envelope as Django's mail; raises PermanentError for an address that no mail can carry."""
    try:
        return compose(envelope)
    except (ValidationError, ValueError, MessageError) as error:
        raise PermanentError("impossible address") from error


def compose(envelope: Envelope) -> EmailMultiAlternatives:
    """The parts and headers of the mail."""
    headers = {
        "Message-ID": envelope.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": envelope.language,
    }
    if envelope.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=plain(envelope.subject, LONGEST_SUBJECT),
        body=envelope.text,
        from_email=named_address(envelope.sender_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        to=[named_address(envelope.recipient_name, envelope.recipient)],
        reply_to=[envelope.reply_to] if envelope.reply_to else None,
        headers=headers,
    )
    mail.attach_alternative(envelope.html, "text/html")
    for each in envelope.attachments:
        mail.attach(each.name, each.content, each.media_type)
    return mail


def plain(text: str, longest: int) -> str:
    """One line without control characters and turned directions, for headers."""
    kept = (" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in straight(text))
    return re.sub(r"\s+", " ", "".join(kept)).strip()[:longest]


def named_address(name: str, address: str) -> str:
    """`Name <address>`, quoted where needed."""
    validate_email(address)
    return str(Address(display_name=plain(name, LONGEST_NAME), addr_spec=address))


def connect(connection: BaseEmailBackend) -> None:
    """Open the connection; whatever goes wrong here, the message is certainly not accepted."""
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise AwayError(described(error)) from error


def classified(error: Exception) -> TemporaryError | PermanentError:
    """What an error during the hand-over means for the message."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            codes = [code for code, _text in recipients.values()]
            is_final = bool(codes) and all(code in REFUSED_FOR_GOOD for code in codes)
            return (PermanentError if is_final else TemporaryError)(described(error))
        case smtplib.SMTPSenderRefused():
            # Our own address: staff can mend it, so nothing is given up at once.
            return TemporaryError(described(error))
        case smtplib.SMTPResponseException(smtp_code=code) if code in REFUSED_FOR_GOOD:
            return PermanentError(described(error))
        case smtplib.SMTPResponseException():
            return TemporaryError(described(error))
        case _:
            return UncertainError(described(error))


def described(error: Exception) -> str:
    """The error for staff: its kind and the server's code, never the server's text, which may repeat the mail."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = ", ".join(sorted({str(code) for code, _text in error.recipients.values()}))
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def is_kept(folder: Path, message_id: str) -> bool:
    """Whether the mail catcher has a file with this Message-ID; newest first, headers only."""
    wanted = f"message-id: {message_id}".lower().encode()
    for path in sorted(folder.glob("*.eml"), reverse=True):
        with suppress(OSError), path.open("rb") as mail:
            for line in mail:
                if not line.strip():
                    break
                if line.strip().lower() == wanted:
                    return True
    return False
