"""What customers type in the section, as clean values."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from fieldservice.models import WorkOrderSignature
from portal.kit.texts import straight


class SignForm(forms.Form):
    """The name under a completed work order."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=WorkOrderSignature._meta.get_field("name").max_length,
        help_text=_("Your name confirms that the work was done. It is kept with the time."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        """The name as it reads; it stands on papers."""
        name = straight(self.cleaned_data["name"]).strip()
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name
