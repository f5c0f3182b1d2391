"""What people write on a timeline, and the files they add."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.kit.errors import DomainError
from portal.kit.fields import LongText
from portal.timeline.domain.comments import LONGEST_TEXT
from portal.timeline.domain.files import LARGEST_TOGETHER, check_together
from portal.timeline.domain.uploads import CheckedFile, check_upload
from portal.timeline.engine.checks import LARGEST_BYTES
from portal.timeline.engine.types import KINDS
from portal.timeline.enums import Audience

ENDINGS = ",".join(ending for kind in KINDS for ending in kind.endings)
STALE = _("Open the page again.")


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Checked files; each one that cannot be kept is told by its name."""

    widget = FilesInput
    # The page refuses larger ones before they are sent.
    max_bytes = LARGEST_BYTES
    max_total = LARGEST_TOGETHER

    def clean(self, data, initial=None) -> list[CheckedFile]:
        uploads = [each for each in data or [] if each]
        try:
            check_together([each.size for each in uploads])
        except DomainError as error:
            raise ValidationError(error.message) from error
        checked, refused = [], []
        for upload in uploads:
            try:
                checked.append(check_upload(upload))
            except DomainError as error:
                refused.append(ValidationError(error.message))
        if refused:
            raise ValidationError(refused)
        return checked


class CommentForm(forms.Form):
    """A comment with files; one of both is enough."""

    text = LongText(
        label=_("Comment"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    files = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("PDF, pictures, texts and office documents, at most 5 at a time, 20 MB each and 50 MB together."),
        widget=FilesInput(attrs={"accept": ENDINGS}),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if self.errors.pop("request_key", None):
            # A hidden field has no place of its own for its error.
            self.add_error(None, STALE)
        if not self.errors and not cleaned["text"].strip() and not cleaned["files"]:
            self.add_error("text", _("Write something or choose a file."))
        return cleaned

    @property
    def lost_files(self) -> bool:
        """Whether files were chosen that no browser keeps in a form that comes back."""
        return self.is_bound and bool(self.files)


class StaffCommentForm(CommentForm):
    """Staff say who reads it."""

    audience = forms.ChoiceField(
        label=_("Who reads this"), choices=Audience.choices, initial=Audience.STAFF, widget=forms.RadioSelect
    )
    field_order = ("text", "files", "audience", "request_key")
