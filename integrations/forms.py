"""Steps between two fields as plain forms: what staff type becomes the options of the engine (INT-1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.engine.values import as_text, unpack_one
from integrations.entities.base import all_entities

MOST_WORDS = 200
ARROW = "="


def value_of(text: str) -> Any:
    """What somebody typed, as the engine keeps it: yes and no as such, everything else as text."""
    return {"true": True, "false": False}.get(text, text)


def text_of(kept: Any) -> str:
    """The reverse."""
    return as_text(unpack_one(kept))


class StepForm(forms.Form):
    """A step of one kind; `options()` is what the engine is told, `initial_of(options)` the reverse."""

    kind: ClassVar[str]
    label: ClassVar[Any]
    about: ClassVar[Any]

    def options(self) -> dict[str, Any]:
        """What was typed; inputs that were left empty say nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}

    @classmethod
    def initial_of(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        return dict(options)

    @classmethod
    def in_words(cls, options: Mapping[str, Any]) -> str:
        """The step as the list of steps shows it."""
        return ", ".join(f"{cls.base_fields[name].label}: {value}" for name, value in options.items())


class ValueMapForm(StepForm):
    """Another word for each value, a line each."""

    kind = "value_map"
    label = gettext_lazy("Other words")
    about = gettext_lazy("Each value becomes another one: our status becomes the word of the other system.")
    words = forms.CharField(
        label=gettext_lazy("Words"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("A line each, as “value = other value”. Yes and no are true and false."),
    )
    otherwise = forms.CharField(
        label=gettext_lazy("Everything else becomes"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty, a row with another value is refused."),
    )

    def clean_words(self):
        lines = [line for line in self.cleaned_data["words"].splitlines() if line.strip()]
        if len(lines) > MOST_WORDS or any(ARROW not in line for line in lines):
            raise forms.ValidationError(
                _("Write up to %(count)d lines as “value = other value”.") % {"count": MOST_WORDS}
            )
        return {before.strip(): after.strip() for before, _sign, after in (line.partition(ARROW) for line in lines)}

    def options(self):
        found: dict[str, Any] = {
            "map": {before: value_of(after) for before, after in self.cleaned_data["words"].items()}
        }
        if self.cleaned_data["otherwise"]:
            found["otherwise"] = value_of(self.cleaned_data["otherwise"])
        return found

    @classmethod
    def initial_of(cls, options):
        lines = [f"{before} {ARROW} {text_of(after)}" for before, after in options.get("map", {}).items()]
        return {"words": "\n".join(lines), "otherwise": text_of(options.get("otherwise"))}

    @classmethod
    def in_words(cls, options):
        pairs = [f"{before or '–'} → {text_of(after) or '–'}" for before, after in list(options["map"].items())[:6]]
        more = len(options["map"]) - len(pairs)
        return ", ".join([*pairs, *([_("%(count)d more") % {"count": more}] if more else [])])


class ValueForm(StepForm):
    """One value."""

    value = forms.CharField(label=gettext_lazy("Value"), max_length=400)

    def options(self):
        return {"value": value_of(self.cleaned_data["value"])}

    @classmethod
    def initial_of(cls, options):
        return {"value": text_of(options.get("value"))}

    @classmethod
    def in_words(cls, options):
        return text_of(options["value"])


class ConstantForm(ValueForm):
    """The same in every row."""

    kind = "constant"
    label = gettext_lazy("Always the same value")
    about = gettext_lazy("Written into every row, whatever the source says.")


class DefaultForm(ValueForm):
    """Where nothing is said."""

    kind = "default"
    label = gettext_lazy("Where nothing is said")
    about = gettext_lazy("Written where the value is empty.")


class LookupForm(StepForm):
    """The partner of a record."""

    kind = "lookup"
    label = gettext_lazy("Key on the other side")
    about = gettext_lazy(
        "The value names one of our records; the key by which the other side knows it is written. A row waits until that record is exchanged."
    )
    table = forms.ChoiceField(label=gettext_lazy("Records"), choices=())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [(each.name, each.label) for each in all_entities()]  # type: ignore[attr-defined]


class TextForm(StepForm):
    """Texts cut and in one case."""

    kind = "text"
    label = gettext_lazy("Text")
    about = gettext_lazy("Without space around it, in one case, cut where the other side's field ends.")
    longest = forms.IntegerField(label=gettext_lazy("Most characters"), min_value=1, max_value=4000, required=False)
    case = forms.ChoiceField(
        label=gettext_lazy("Letters"),
        required=False,
        choices=(
            ("", gettext_lazy("As they are")),
            ("upper", gettext_lazy("CAPITALS")),
            ("lower", gettext_lazy("small")),
        ),
    )


class NumberForm(StepForm):
    """Numbers rounded and turned round."""

    kind = "number"
    label = gettext_lazy("Number")
    about = gettext_lazy("Rounded half up; 0 decimals make a whole number.")
    decimals = forms.IntegerField(label=gettext_lazy("Decimals"), min_value=0, max_value=9, required=False)
    sign = forms.TypedChoiceField(
        label=gettext_lazy("Sign"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=(("", gettext_lazy("As it is")), ("-1", gettext_lazy("Turned round"))),
    )


class UnitForm(StepForm):
    """Another unit."""

    kind = "unit"
    label = gettext_lazy("Unit")
    about = gettext_lazy("In another unit: minutes divided by 60 are hours.")
    factor = forms.DecimalField(label=gettext_lazy("Times"), max_digits=12, decimal_places=6, required=False)
    divisor = forms.DecimalField(
        label=gettext_lazy("Divided by"), max_digits=12, decimal_places=6, required=False, min_value=1
    )
    decimals = forms.IntegerField(label=gettext_lazy("Decimals"), min_value=0, max_value=9, initial=4)

    def options(self):
        said = super().options()
        return {name: value if name == "decimals" else str(value) for name, value in said.items()}


class FormatForm(StepForm):
    """Days, moments, texts around a value."""

    kind = "format"
    label = gettext_lazy("Format")
    about = gettext_lazy("A moment as its day, a day as the moment at noon, or a text around the value.")
    kinds = (
        ("date", gettext_lazy("A moment as its day")),
        ("instant", gettext_lazy("A day as its noon")),
        ("template", gettext_lazy("A text with the value in it")),
    )
    shape = forms.ChoiceField(label=gettext_lazy("Becomes"), choices=kinds)
    template = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("{value} stands for the value, {name} for another field."),
    )

    def clean(self):
        super().clean()
        if self.cleaned_data.get("shape") == "template" and not self.cleaned_data.get("template"):
            self.add_error("template", _("Write the text, with {value} where the value goes."))
        return self.cleaned_data

    def options(self):
        if self.cleaned_data["shape"] == "template":
            return {"template": self.cleaned_data["template"]}
        return {"as": self.cleaned_data["shape"]}

    @classmethod
    def initial_of(cls, options):
        return {"shape": options.get("as", "template"), "template": options.get("template", "")}

    @classmethod
    def in_words(cls, options):
        return str(options.get("template") or options.get("pattern") or dict(cls.kinds)[options["as"]])


class FirstOfForm(StepForm):
    """Other fields to ask."""

    kind = "first_of"
    label = gettext_lazy("Else another field")
    about = gettext_lazy("Where the value is empty, the first of these fields that says something.")
    fields_asked = forms.CharField(
        label=gettext_lazy("Names of the fields"),
        max_length=400,
        help_text=gettext_lazy("In their order, with commas between."),
    )

    def options(self):
        names = self.cleaned_data["fields_asked"].split(",")
        return {"fields": [each.strip() for each in names if each.strip()]}

    @classmethod
    def initial_of(cls, options):
        return {"fields_asked": ", ".join(options.get("fields", ()))}

    @classmethod
    def in_words(cls, options):
        return ", ".join(options["fields"])


STEP_FORMS: dict[str, type[StepForm]] = {
    each.kind: each
    for each in (
        DefaultForm,
        ConstantForm,
        ValueMapForm,
        LookupForm,
        TextForm,
        NumberForm,
        UnitForm,
        FormatForm,
        FirstOfForm,
    )
}


def words_of(step: Mapping[str, Any]) -> tuple[Any, str]:
    """What a step is called and what it does; one that no form knows is shown as it is kept."""
    form = STEP_FORMS.get(step["kind"])
    options = step.get("options", {})
    return (form.label, form.in_words(options)) if form else (step["kind"], str(options))
