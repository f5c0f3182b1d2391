"""Mails about a login. Links are made when the mail is sent; afterwards the row no longer says whose login it was."""

from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Audience, Message, register
from portal.accounts.models import User
from portal.signin.doors import may_enter
from portal.tenancy.scope import active_tenant

# What changed on a login, by the last part of allauth's template names.
NOTICES = {
    "password_changed": _("The password of your login was changed."),
    "password_set": _("Your login now has a password."),
    "password_reset": _("The password of your login was reset."),
    "email_changed": _("The e-mail address of your login was changed."),
    "email_confirm": _("The e-mail address of your login was confirmed."),
    "email_deleted": _("An e-mail address was removed from your login."),
}
OTHER_NOTICE = _("The security settings of your login were changed.")


class LoginMessage(Message):
    """A mail to the person behind a login. Nobody can switch it off."""

    app = "signin"
    audience = Audience.LOGIN
    is_optional = False
    keeps_payload = False
    useful_for = timedelta(hours=6)

    def still_true(self, row: OutboxMessage) -> bool:
        user = user_of(row)
        return user is not None and may_enter(user) and owns_address(user, row.address)


def user_of(row: OutboxMessage) -> User | None:
    """The active user that the row is about."""
    return User.objects.filter(pk=row.payload.get("user"), is_active=True).order_by("pk").first()


def owns_address(user: User, address: str) -> bool:
    """Whether the address is still the user's, so that a link never goes to a former one."""
    return user.email == address.lower() or EmailAddress.objects.filter(user_id=user.pk, email__iexact=address).exists()


@register
class PasswordReset(LoginMessage):
    """The link that sets a new password; its key is made here and stored nowhere."""

    name = "password_reset"
    title = _("Password reset")
    is_editable = True

    def context(self, row: OutboxMessage) -> dict:
        user = user_of(row)
        parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
        return {"reset_url": absolute(reverse("account_reset_password_from_key", kwargs=parts), active_tenant())}

    def sample(self) -> dict:
        return {"reset_url": absolute(reverse("account_reset_password"), active_tenant())}


@register
class UnknownAccount(LoginMessage):
    """Tells whoever asked for a reset that there is no login for the address, where only its owner reads it."""

    name = "unknown_account"
    title = _("No login for this address")

    def still_true(self, row: OutboxMessage) -> bool:
        return True


@register
class ConfirmAddress(LoginMessage):
    """The link that proves an address; its key is made here and stored nowhere."""

    name = "confirm_address"
    title = _("E-mail confirmation")
    is_editable = True

    def still_true(self, row: OutboxMessage) -> bool:
        address = address_of(row)
        return address is not None and not address.verified

    def context(self, row: OutboxMessage) -> dict:
        key = EmailConfirmationHMAC(address_of(row)).key
        return {"confirm_url": absolute(reverse("account_confirm_email", args=[key]), active_tenant())}

    def sample(self) -> dict:
        return {"confirm_url": absolute(reverse("account_email_verification_sent"), active_tenant())}


def address_of(row: OutboxMessage) -> EmailAddress | None:
    """The address to be confirmed, if it is still a user's."""
    return EmailAddress.objects.filter(pk=row.payload.get("email_address"), email=row.address).order_by("pk").first()


@register
class LoginNotice(LoginMessage):
    """Says that something about the login was changed, when and from where."""

    name = "login_notice"
    title = _("Notice about the login")
    useful_for = timedelta(days=3)

    def still_true(self, row: OutboxMessage) -> bool:
        # Also to an address that was just removed: its owner is who must hear of it.
        return user_of(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        at = row.payload.get("at")
        return {
            "notice": NOTICES.get(row.payload.get("kind", ""), OTHER_NOTICE),
            "at": datetime.fromisoformat(at) if at else None,
            "ip": row.payload.get("ip", ""),
            "browser": row.payload.get("browser", ""),
            "reset_url": absolute(reverse("account_reset_password"), active_tenant()),
        }
