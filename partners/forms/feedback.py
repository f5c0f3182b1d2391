"""What a customer says of a partner (PRT-4)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.domain.feedback import COMMENT_LENGTH
from portal.kit.fields import LongText
from scheduling.forms import STARS


class PartnerFeedbackForm(forms.Form):
    """Stars and words."""

    rating = forms.TypedChoiceField(
        label=_("How is the partner doing?"),
        choices=list(STARS.items()),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose from one to five stars."),
            "invalid_choice": _("Choose from one to five stars."),
        },
    )
    comment = LongText(
        label=_("Anything else you would like to say?"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "data-keep": "partner-feedback"}),
    )
