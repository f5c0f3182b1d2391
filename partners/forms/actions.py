"""What partners type in the section, as clean values (PRT-4, PRT-6, PRT-7)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.domain.deliveries import COMMENT_LENGTH
from partners.domain.progress import NOTE_LENGTH
from partners.enums import DeclineReason, ReturnReason
from partners.models import DealRegistration, OpportunityContact
from portal.kit.fields import LongText

REGISTRATION_LENGTH = DealRegistration._meta.get_field("text").max_length


def length_of(field: str) -> int:
    return OpportunityContact._meta.get_field(field).max_length


def area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CommentForm(forms.Form):
    """A verb with a few words of why."""

    text = LongText(label=_("Comment"), max_length=NOTE_LENGTH, required=False, widget=area())


class DeclineForm(forms.Form):
    """Why an opportunity is not wanted."""

    reason = forms.ChoiceField(label=_("Reason"), choices=DeclineReason.choices, widget=forms.RadioSelect)
    comment = LongText(label=_("Comment"), max_length=COMMENT_LENGTH, required=False, widget=area(3))


class ReturnForm(forms.Form):
    """Why an accepted opportunity goes back to the network."""

    reason = forms.ChoiceField(label=_("Reason"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    comment = LongText(label=_("Comment"), max_length=COMMENT_LENGTH, required=False, widget=area(3))


class AdvanceForm(forms.Form):
    """The phase that was reached. `phases` are the present one and those after it."""

    phase = forms.ChoiceField(label=_("Phase"), widget=forms.RadioSelect)
    text = LongText(label=_("What happened"), max_length=NOTE_LENGTH, required=False, widget=area())
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, phases, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["phase"].choices = phases


class NoteForm(forms.Form):
    """A note in the history."""

    text = LongText(label=_("Note"), max_length=NOTE_LENGTH, widget=area(3))
    request_key = forms.UUIDField(widget=forms.HiddenInput)


class PersonForm(forms.Form):
    """Somebody at the customer: one of `known`, or with a name."""

    known = forms.ChoiceField(label=_("Somebody you know already"), required=False)
    full_name = forms.CharField(label=_("Name"), max_length=length_of("full_name"), required=False)
    position = forms.CharField(label=_("Position"), max_length=length_of("position"), required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=length_of("email"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=length_of("phone"), required=False)

    def __init__(self, data=None, *, known=(), **kwargs):
        super().__init__(data, **kwargs)
        if known:
            self.fields["known"].choices = [("", _("Somebody new")), *known]
        else:
            del self.fields["known"]
            self.fields["full_name"].required = True

    def clean(self):
        found = super().clean()
        found.setdefault("known", "")
        if not found["known"] and not found.get("full_name") and "full_name" not in self.errors:
            self.add_error("full_name", _("Enter a name."))
        return found


class ColleagueForm(forms.Form):
    """One of the partner's people."""

    contact = forms.ChoiceField(label=_("Colleague"))

    def __init__(self, data=None, *, colleagues, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["contact"].choices = colleagues


class CollaborateForm(forms.Form):
    """Another partner by its name: the programme's partners are not listed to each other."""

    partner = forms.CharField(
        label=_("Name or number of the partner company"),
        max_length=160,
        help_text=_("Exactly as the partner writes it."),
    )


class UnshareForm(forms.Form):
    """With whom it is no longer shared."""

    who = forms.ChoiceField(label=_("Shared with"))

    def __init__(self, data=None, *, who, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["who"].choices = who


class RegisterForm(forms.Form):
    """Why a deal is the partner's."""

    text = LongText(label=_("Why the deal is yours"), max_length=REGISTRATION_LENGTH, required=False, widget=area())
