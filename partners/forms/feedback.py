"""What a customer says of a partner (PRT-4)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.domain.feedback import COMMENT_LENGTH
from portal.kit.fields import LongText, StarsField


class PartnerFeedbackForm(forms.Form):
    """Stars and words."""

    rating = StarsField(label=_("How is the partner doing?"))
    comment = LongText(
        label=_("Anything else you would like to say?"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "data-keep": "partner-feedback"}),
    )
