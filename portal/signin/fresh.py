"""A fresh sign-in: what binds a company is done by somebody who has proved lately who they are (SECURITY 15)."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit import clock

FRESH = timedelta(minutes=15)


def is_fresh(request) -> bool:
    """Whether this session proved its user within the last 15 minutes."""
    records = get_authentication_records(request, request.user)
    latest = max((each["at"] for each in records), default=0)
    return clock.now().timestamp() - latest < FRESH.total_seconds()


class FreshSignInForm(forms.Form):
    """A form that asks for the password besides, unless the sign-in is fresh. A wrong one counts as one at the sign-in."""

    def __init__(self, data=None, *, request, **kwargs):
        super().__init__(data, **kwargs)
        self.request = request
        if not is_fresh(request):
            self.fields["password"] = forms.CharField(
                label=gettext_lazy("Your password"),
                strip=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
                help_text=gettext_lazy("You signed in a while ago. Confirm that it is you."),
            )

    def clean(self):
        cleaned = super().clean()
        if "password" in self.fields and not self.errors:
            self.prove(cleaned.pop("password"))
        return cleaned

    def prove(self, password: str) -> None:
        """Keep the proof in the session; a wrong password, or one too many, is an error of the field."""
        try:
            user = get_adapter(self.request).authenticate(
                self.request, email=self.request.user.email, password=password
            )
        except ValidationError as error:
            self.add_error("password", error)
            return
        if user is None or user.pk != self.request.user.pk:
            self.add_error("password", _("This is not your password."))
            return
        record_authentication(self.request, self.request.user, method="password", reauthenticated=True)
