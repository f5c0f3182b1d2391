"""What customers type in the section, as clean values (PSA-2)."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kit.fields import LongText
from portal.signin.fresh import FreshSignInForm
from projects.domain.questions import LONGEST_QUESTION
from projects.models import QuoteDecision

LONGEST_REASON = QuoteDecision._meta.get_field("reason").max_length


class ApproveForm(FreshSignInForm):
    """The chosen options, and the fingerprint of what was shown."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data=None, *, request, options=(), **kwargs):
        super().__init__(data, request=request, **kwargs)
        if options:
            self.fields["options"] = forms.TypedMultipleChoiceField(
                label=_("Options"),
                choices=options,
                coerce=UUID,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Choose what you would like besides."),
            )
            self.order_fields(["options", "password", "digest"])


class RejectForm(FreshSignInForm):
    """Why, and the fingerprint of what was shown."""

    reason = LongText(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What would have to be different? The company reads it."),
    )
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class QuestionForm(forms.Form):
    """A question about the quote or one of its lines."""

    line = forms.TypedChoiceField(label=_("About"), required=False, coerce=UUID, empty_value=None)
    question = LongText(label=_("Your question"), max_length=LONGEST_QUESTION, widget=forms.Textarea(attrs={"rows": 4}))
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, lines=(), **kwargs):
        super().__init__(data, **kwargs)
        self.fields["line"].choices = [("", _("The quote as a whole")), *lines]
