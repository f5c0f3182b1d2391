"""What an administrator types about the partner's team (PRT-7)."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Contact


def length_of(field: str) -> int:
    return Contact._meta.get_field(field).max_length


class ColleagueAddForm(forms.Form):
    """A new colleague, invited at once or later."""

    full_name = forms.CharField(label=_("Name"), max_length=length_of("full_name"))
    email = forms.EmailField(label=_("E-mail"), max_length=length_of("email"))
    phone = forms.CharField(label=_("Phone"), max_length=length_of("phone"), required=False)


class RolesForm(forms.Form):
    """The web roles for opportunities that a colleague holds."""

    roles = forms.TypedMultipleChoiceField(
        label=_("Web roles"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data=None, *, roles, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["roles"].choices = roles
