"""The tenant's own words and switches, as staff enter them."""

import phonenumbers
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.domain.preferences import Offer
from notifications.registry import all_messages, message_named
from notifications.wording import editable_messages, has_stray_braces, placeholders_of, unknown_in
from portal.tenancy.forms import TenantForm

WORDS = ("subject", "introduction", "closing", "sms")


def optional_choices() -> list[tuple[str, str]]:
    """The messages that can be switched off."""
    return [(each.name, each.title) for each in all_messages() if each.is_optional]


def editable_choices() -> list[tuple[str, str]]:
    """The messages whose words can be changed."""
    return [(each.name, each.title) for each in editable_messages()]


class MessageSettingForm(TenantForm):
    """One of the known messages."""

    name = forms.ChoiceField(label=gettext_lazy("Message"), choices=optional_choices)


class MessageTextForm(TenantForm):
    """Words with placeholders; one that the message does not know is refused next to the field."""

    name = forms.ChoiceField(label=gettext_lazy("Message"), choices=editable_choices)

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if "name" in cleaned:
            message = message_named(cleaned["name"])
            for field in WORDS:
                self.check_words(field, cleaned.get(field) or "", message)
        return cleaned

    def check_words(self, field, text, message):
        """Say what is unknown and what may be used instead."""
        unknown = unknown_in(text, message)
        if unknown:
            names = {
                "unknown": ", ".join(f"{{{each}}}" for each in unknown),
                "known": ", ".join(f"{{{each}}}" for each in placeholders_of(message)),
            }
            self.add_error(field, _("%(unknown)s stands for nothing here. Use %(known)s.") % names)
        if has_stray_braces(text):
            self.add_error(field, _("A brace is missing or too many: a placeholder stands between { and }."))


class PreferencesForm(forms.Form):
    """What a contact wants to hear, by which way."""

    mail = forms.MultipleChoiceField(
        label=gettext_lazy("By e-mail"), required=False, widget=forms.CheckboxSelectMultiple
    )
    phone = forms.CharField(
        label=gettext_lazy("Mobile number for text messages"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
        help_text=gettext_lazy("With its country, like +1 646 555 0110. Left empty, you get no text messages."),
    )
    sms = forms.MultipleChoiceField(
        label=gettext_lazy("As text messages"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data=None, *, offer: Offer, initial=None):
        super().__init__(data, initial=initial)
        self.fields["mail"].choices = [(each.name, each.title) for each in offer.mail]
        self.fields["sms"].choices = [(each.name, each.title) for each in offer.sms]
        if not offer.sms:
            del self.fields["phone"], self.fields["sms"]

    def clean_phone(self):
        """The number as E.164 writes it."""
        text = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        try:
            number = phonenumbers.parse(f"+{text[2:]}" if text.startswith("00") else text, None)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise forms.ValidationError(_("Enter the number with its country, like +1 646 555 0110."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
