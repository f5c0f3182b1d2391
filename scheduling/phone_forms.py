"""What comes from the technician's phone, as clean values (SCH-8)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.geo.distance import Point
from portal.kit.fields import LongText
from portal.timeline.forms import STALE, FilesField, FilesInput
from scheduling.domain.tracking import Fix
from scheduling.domain.visits import WORDS_LENGTH, Result

NOTE_LENGTH = 4000
NAME_LENGTH = 120
STEPS = ("set_off", "go_back", "start", "pause", "resume", "finish", "follow_up")


class StepForm(forms.Form):
    """A step with the phone's own number and time; the words belong to the last steps."""

    step = forms.ChoiceField(choices=[(each, each) for each in STEPS])
    key = forms.UUIDField(required=False)
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"])
    resolution = LongText(
        label=_("What was done"),
        help_text=_("The customer reads this."),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = LongText(
        label=_("Note for the office"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def words(self) -> list[forms.BoundField]:
        """The fields that the technician types."""
        return [self["resolution"], self["note"]]

    @property
    def result(self) -> Result:
        """What came of the visit."""
        words = self.cleaned_data
        return Result(words["resolution"], words["note"], needs_follow_up=words["step"] == "follow_up")


class TaskForm(forms.Form):
    """A task, done or not."""

    task = forms.UUIDField()
    done = forms.BooleanField(required=False)


class NoteForm(forms.Form):
    """A note with photos; staff read it, the customer where the technician says so."""

    text = LongText(label=_("Note"), required=False, max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))
    files = FilesField(
        label=_("Photos"), required=False, widget=FilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,.pdf"})
    )
    for_customer = forms.BooleanField(label=_("The customer may read this"), required=False)
    request_key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages=dict.fromkeys(("required", "invalid"), STALE)
    )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["text"].strip() and not cleaned["files"]:
            self.add_error("text", _("Write something or choose a photo."))
        return cleaned


class SignatureForm(forms.Form):
    """The name that the customer who is present types."""

    name = forms.CharField(label=_("Name of the customer who signs"), max_length=NAME_LENGTH)


class PositionForm(forms.Form):
    """A fix of the phone: degrees, metres, its own time in UTC."""

    booking = forms.UUIDField()
    lat = forms.FloatField(min_value=-90, max_value=90)
    lon = forms.FloatField(min_value=-180, max_value=180)
    accuracy = forms.FloatField(required=False, min_value=0, max_value=10_000_000)
    at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"])

    @property
    def fix(self) -> Fix:
        values = self.cleaned_data
        accuracy = values["accuracy"]
        return Fix(Point(values["lat"], values["lon"]), None if accuracy is None else round(accuracy), values["at"])
