"""Fields of forms that several apps need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.outgoing import AddressRefused, check_url
from portal.kit.texts import plain_ends


class LongText(forms.CharField):
    """Text of several lines, counted as people count it: the two signs that a browser sends at a line's end are one."""

    widget = forms.Textarea

    def to_python(self, value) -> str | None:
        return super().to_python(plain_ends(value) if isinstance(value, str) else value)


STARS = {1: _("Poor"), 2: _("Fair"), 3: _("Good"), 4: _("Very good"), 5: _("Excellent")}


class StarsField(forms.TypedChoiceField):
    """One to five stars; the value is their number."""

    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        which = _("Choose from one to five stars.")
        messages = {"required": which, "invalid_choice": which}
        super().__init__(choices=list(STARS.items()), coerce=int, error_messages=messages, **options)


class OutgoingURLField(forms.URLField):
    """An address that we are to call: https, a usual port, no login in it (SECURITY 32)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", **options)

    def clean(self, value) -> str:
        url = super().clean(value)
        try:
            if url:
                check_url(url)
        except AddressRefused as error:
            raise forms.ValidationError(
                _("Enter an address that begins with https://, on port 443 or 8443, without a login in it.")
            ) from error
        return url
