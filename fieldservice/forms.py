"""What customers type in the section, as clean values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fieldservice.models import WorkOrderSignature


class SignForm(forms.Form):
    """The name under a completed work order."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=WorkOrderSignature._meta.get_field("name").max_length,
        help_text=_("Your name confirms that the work was done. It is kept with the time."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
