"""Forms of allauth whose effect is ours."""

from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, ResetPasswordKeyForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from portal.signin.domain.mails import ask_for_reset


class PlainFields:
    """Labels as our pages write them, and nothing grey in the fields that repeats them."""

    LABELS = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.LABELS.get(name, field.label)


class PasswordChangeForm(PlainFields, ChangePasswordForm):
    """The signed-in person's own password."""


class PasswordSetForm(PlainFields, SetPasswordForm):
    """The first password of somebody who signs in by other means."""


class PasswordResetKeyForm(PlainFields, ResetPasswordKeyForm):
    """The new password of somebody who followed the link of the mail."""


class PasswordResetForm(ResetPasswordForm):
    """Asks for the reset mail; known and unknown addresses get the same answer."""

    def save(self, request, **kwargs):
        email = self.cleaned_data["email"]
        ask_for_reset(email, self.users)
        return email
