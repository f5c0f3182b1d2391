"""Ask for the mails of a login: on a tenant's host through its outbox, on the platform's by a task (TEN-8)."""

from allauth.account.models import EmailAddress
from django.utils.translation import get_language

from notifications.domain.outbox import publish
from portal.accounts.models import User
from portal.accounts.queries import contact_of
from portal.kit import clock
from portal.kit.ids import uuid7
from portal.kit.jobs import after_commit
from portal.signin.doors import may_enter
from portal.tenancy.scope import active_tenant

PLATFORM_MAIL = "signin.platform_mail"


def ask_for_reset(email: str, users: list[User]) -> None:
    """Mail the link to whoever may sign in here with this address, and a plain word to the address otherwise.

    The caller answers the same in both cases.
    """
    entering = [user for user in users if may_enter(user)]
    for user in entering:
        mail_login("password_reset", user, address=stored_address(user, email))
    if not entering and active_tenant() is not None:
        publish("unknown_account", key=f"unknown-account:{uuid7()}", address=email, language=get_language() or "")


def ask_to_confirm(address: EmailAddress) -> None:
    """Mail the link that proves the address."""
    mail_login("confirm_address", address.user, address=address.email, about={"email_address": address.pk})


def tell_of_change(user: User, kind: str, *, address: str, ip: str, browser: str) -> None:
    """Tell the person what was changed on the login, when and from where."""
    about = {"kind": kind, "at": clock.now().isoformat(), "ip": ip, "browser": browser}
    mail_login("login_notice", user, address=address, about=about)


def mail_login(message_name: str, user: User, *, address: str, about: dict | None = None) -> None:
    """Write the mail to the outbox of the tenant in scope; the platform has none, there a task sends it."""
    if active_tenant() is None:
        after_commit(PLATFORM_MAIL, message_name, user.pk, (about or {}).get("kind", ""))
        return
    publish(
        message_name,
        key=f"{message_name}:{uuid7()}",
        address=address,
        objects={"user": user.pk, **(about or {})},
        language=language_of(user),
    )


def language_of(user: User) -> str:
    """The language of the person as a contact; for staff that of the page."""
    contact = contact_of(user)
    return contact.language if contact else get_language() or ""


def stored_address(user: User, email: str) -> str:
    """The address as we hold it, never as typed: look-alike letters must not lead a link elsewhere."""
    held = EmailAddress.objects.filter(user_id=user.pk, email__iexact=email).order_by("-verified", "pk").first()
    return held.email if held else user.email
