"""What a customer types when booking, as clean values (SCH-1)."""

from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.kit.fields import STARS, LongText, StarsField
from scheduling.domain.booking import Slot
from scheduling.enums import QuestionKind
from scheduling.models import SurveyQuestion
from scheduling.queries.feedback import options_of

SLOT_FORMAT = "%Y%m%dT%H%M%SZ"
# Beyond these years no visit is planned, and time zones overflow.
YEARS = range(2000, 2200)
COMMENTS_LENGTH = 2000


def slot_text(slot: Slot) -> str:
    """A slot as the value of a form field."""
    ends = f"-{slot.ends.astimezone(UTC):{SLOT_FORMAT}}" if slot.ends else ""
    return f"{slot.starts.astimezone(UTC):{SLOT_FORMAT}}{ends}"


def parse_slot(text: str) -> Slot:
    """The slot that `slot_text` wrote; ValueError for anything else."""
    starts, _dash, ends = text.partition("-")
    parsed = Slot(instant_from(starts), instant_from(ends) if ends else None)
    if parsed.ends is not None and parsed.ends <= parsed.starts:
        raise ValueError(text)
    return parsed


def instant_from(text: str) -> datetime:
    instant = datetime.strptime(text, SLOT_FORMAT).replace(tzinfo=UTC)
    if instant.year not in YEARS:
        raise ValueError(text)
    return instant


class SlotField(forms.Field):
    """A chosen time."""

    widget = forms.HiddenInput
    default_error_messages = {"invalid": _("Choose one of the times."), "required": _("Choose a time.")}

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            return parse_slot(value)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MonthField(forms.CharField):
    """A month as 2026-11, given as its first day."""

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise ValidationError(_("Choose a month of the calendar."), code="invalid") from error


class PlanForm(forms.Form):
    """Where, what, which service; and which day of which month is looked at."""

    site = forms.ChoiceField(label=_("Where"), error_messages={"invalid_choice": _("Choose one of your sites.")})
    asset = forms.ChoiceField(
        label=_("For which equipment"),
        required=False,
        error_messages={"invalid_choice": _("Choose equipment at this site.")},
    )
    service = forms.ChoiceField(
        label=_("What can we do for you?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the services.")},
    )
    month = MonthField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(
        required=False,
        widget=forms.HiddenInput,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Choose a day of the calendar.")},
    )
    slot = SlotField(required=False)

    def __init__(self, *args, sites, assets, services, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [("", _("Choose a site")), *((str(each.key), label_of(each)) for each in sites)]
        self.fields["asset"].choices = [("", _("None in particular")), *asset_choices(assets)]
        self.fields["service"].choices = [(str(each.pk), each.display_name) for each in services]
        self.services = services


def asset_choices(assets) -> list[tuple[str, str]]:
    """Equipment by name; with its site where there are several, and its serial number where two are still alike."""
    several = len({each.location_id for each in assets}) > 1
    names = [full_name(each) if several else each.name for each in assets]
    alike = {name for name, times in Counter(names).items() if times > 1}
    return [
        (str(each.pk), f"{name} · {each.serial_number}" if name in alike and each.serial_number else name)
        for each, name in zip(assets, names, strict=True)
    ]


def full_name(asset) -> str:
    """An asset's name with its site, where the name does not say it already."""
    site = asset.location.name if asset.location else ""
    return asset.name if site in asset.name else f"{asset.name} · {site}"


def label_of(site) -> str:
    """A site's name with its street, where the name does not say it already."""
    street = site.place.line1
    return site.label if not street or street in site.label else f"{site.label}, {street}"


class ChangeForm(forms.Form):
    """Which day of which month is looked at for the new time, which time was chosen, and by whom."""

    month = MonthField(required=False)
    day = forms.DateField(
        required=False, input_formats=["%Y-%m-%d"], error_messages={"invalid": _("Choose a day of the calendar.")}
    )
    slot = SlotField(required=False)
    same = forms.BooleanField(label=_("The same technician"), required=False)

    @property
    def first_error(self) -> str:
        """Why something in the address is no choice; "" when all is."""
        return next((str(errors[0]) for errors in self.errors.values()), "")


class MoveForm(forms.Form):
    """The revision of the visit that was shown."""

    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class EarlierForm(MoveForm):
    """What is done about earlier times, and the revision of the visit that was shown."""

    action = forms.ChoiceField(choices=[(each, each) for each in ("wish", "withdraw", "accept", "decline")])


class CancelForm(MoveForm):
    """Why the visit is called off, and which revision of it was shown."""

    sequence = forms.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Open the page again.")),
    )
    note = LongText(
        label=_("Why do you cancel?"),
        help_text=_("A few words help us to plan better."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "data-keep": "cancel"}),
        error_messages={"required": _("Say in a few words why you cancel.")},
    )

    field_order = ("note", "sequence")


class BookForm(forms.Form):
    """The last step: comments, and the key that makes a repeat harmless."""

    slot = SlotField()
    comments = LongText(
        label=_("Anything we should know?"),
        help_text=_("How to get in, where to park, what you noticed."),
        required=False,
        max_length=COMMENTS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "data-keep": "booking"}),
    )
    request_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"invalid": _("Open the booking page again."), "required": _("Open the booking page again.")},
    )


class RequestForm(BookForm):
    """A request without a time."""

    slot = None


def uuid_or_none(text: str | None) -> UUID | None:
    """An id from the URL; None for anything that is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


class FeedbackForm(forms.Form):
    """A rating, the answers to the survey's questions, comments (SCH-9)."""

    rating = StarsField(label=_("How was the visit?"))
    comments = LongText(
        label=_("Anything else you would like to say?"),
        required=False,
        max_length=COMMENTS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "data-keep": "feedback"}),
    )

    def __init__(self, *args, questions=(), **kwargs):
        super().__init__(*args, **kwargs)
        # By their ids: staff may order the questions anew while somebody answers.
        self.questions = {f"question-{each.pk}": each for each in questions}
        for name, question in self.questions.items():
            self.fields[name] = field_of(question)
        self.order_fields(["rating", *self.questions, "comments"])

    @property
    def after_rating(self):
        """The bound fields below the stars."""
        return [self[name] for name in (*self.questions, "comments")]

    @property
    def answers(self) -> dict[UUID, str]:
        """What was answered, by the question's id."""
        return {question.pk: self.cleaned_data.get(name, "") for name, question in self.questions.items()}


def field_of(question: SurveyQuestion) -> forms.Field:
    """The question as a field of a form."""
    options = [(each, answer_label(question.kind, each)) for each in options_of(question)]
    if not options:
        rows = {"rows": 3}
        return LongText(
            label=question.text, required=question.is_required, max_length=1000, widget=forms.Textarea(attrs=rows)
        )
    if not question.is_required:
        options = [("", _("No answer")), *options]
    return forms.ChoiceField(
        label=question.text,
        required=question.is_required,
        choices=options,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please answer this."), "invalid_choice": _("Choose one of the answers.")},
    )


def answer_label(kind: str, text: str) -> str:
    """An answer as it is kept, in words."""
    if kind == QuestionKind.RATING and text.isdecimal() and int(text) in STARS:
        return f"{text} – {STARS[int(text)]}"
    return {"yes": _("Yes"), "no": _("No")}.get(text, text) if kind == QuestionKind.YES_NO else text
