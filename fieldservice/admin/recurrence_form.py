"""A recurrence as people enter it: how often, on which days, until when, which dates besides (FS-2). Works without scripts."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.domain.recurrences import NTH_WORDS, day_text, next_by_rule, sentence_of
from fieldservice.engine.rules import LAST, MOST_SINGLE_DATES, YEARS, BadRule, Flaw, Rule, Unit, parse
from fieldservice.models import Agreement
from portal.tenancy.forms import TenantForm

LAST_WORDS = ("last", "-1")
LONGEST_DATES = 2000
NEVER, UNTIL, TIMES = "never", "until", "times"
UNITS = (
    ("", gettext_lazy("Not regularly: only on the dates below")),
    (Unit.DAY.value, gettext_lazy("days")),
    (Unit.WEEK.value, gettext_lazy("weeks")),
    (Unit.MONTH.value, gettext_lazy("months")),
    (Unit.YEAR.value, gettext_lazy("years")),
)
ENDS = (
    (NEVER, gettext_lazy("With the agreement")),
    (UNTIL, gettext_lazy("On a day")),
    (TIMES, gettext_lazy("After a number of times")),
)
# Beside which field a flaw is told.
FIELD_OF = {
    Flaw.EVERY: "every",
    Flaw.WEEKDAYS: "weekdays",
    Flaw.NTHS: "nths",
    Flaw.MONTH_DAYS: "month_days",
    Flaw.SHIFTING: "month_days",
    Flaw.MONTHS: "months",
    Flaw.TIMES: "times",
    Flaw.UNTIL: "until",
    Flaw.ENDS: "ends",
}


class DatesField(forms.CharField):
    """Days, one a line or with commas between them."""

    def __init__(self, **kwargs):
        attrs = {"rows": 3, "cols": 24, "placeholder": "2027-03-31"}
        super().__init__(required=False, max_length=LONGEST_DATES, widget=forms.Textarea(attrs=attrs), **kwargs)

    def prepare_value(self, value):
        return value if isinstance(value, str) else "\n".join(each.isoformat() for each in sorted(value or ()))

    def to_python(self, value):
        words = [each for each in re.split(r"[\s,;]+", (value or "")[:LONGEST_DATES]) if each]
        days = {self.day(word) for word in words}
        if len(days) > MOST_SINGLE_DATES:
            raise ValidationError(_("At most %(count)d dates."), params={"count": MOST_SINGLE_DATES})
        return sorted(days)

    def day(self, word: str) -> dt.date:
        try:
            found = dt.date.fromisoformat(word)
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            raise ValidationError(_("“%(word)s” is no date like 2027-03-31."), params={"word": word[:20]})
        return found

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != sorted(initial or ())
        except ValidationError:
            return True

    def validate(self, value):
        """Nothing more: `to_python` said all."""

    def run_validators(self, value):
        """Those of a text, which it is no longer."""


def numbers_field(choices, **kwargs) -> forms.TypedMultipleChoiceField:
    """Boxes to tick, each a number."""
    return forms.TypedMultipleChoiceField(
        choices=choices, coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
    )


class RecurrenceForm(TenantForm):
    """The part of a setup's form that makes its rule; what contradicts itself is told beside its field."""

    every = forms.IntegerField(
        label=gettext_lazy("every"), min_value=1, initial=1, required=False, help_text=gettext_lazy("Every 3 months.")
    )
    unit = forms.ChoiceField(label=gettext_lazy("repeats every so many"), choices=UNITS, required=False)
    weekdays = numbers_field(
        WEEKDAYS.items(),
        label=gettext_lazy("weekdays"),
        help_text=gettext_lazy("For weeks; for months and years with their place in the month below."),
    )
    nths = numbers_field(
        NTH_WORDS.items(),
        label=gettext_lazy("which of the month"),
        help_text=gettext_lazy("For months and years with a weekday: the first and third Monday."),
    )
    month_days = forms.CharField(
        label=gettext_lazy("days of the month"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "For months and years: 15, or 1, 15, or “last”. Left empty, the day of the first day. What a month does not have is its last day."
        ),
    )
    months = numbers_field(
        MONTHS.items(),
        label=gettext_lazy("only in"),
        help_text=gettext_lazy(
            "For years the month; otherwise a season. Left empty, all months, for years that of the first day."
        ),
    )
    ends = forms.ChoiceField(label=gettext_lazy("ends"), choices=ENDS, initial=NEVER, widget=forms.RadioSelect)
    until = forms.DateField(
        label=gettext_lazy("last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    times = forms.IntegerField(label=gettext_lazy("number of times"), min_value=1, required=False)
    extra_dates = DatesField(label=gettext_lazy("further dates"), help_text=gettext_lazy("One a line: 2027-03-31."))
    skipped_dates = DatesField(label=gettext_lazy("dates left out"), help_text=gettext_lazy("One a line: 2027-03-31."))

    RECURRENCE = ("every", "unit", "weekdays", "nths", "month_days", "months", "ends", "until", "times")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.initial |= entered(self.instance.rule) | {
                name: self.initial[name] for name in self.RECURRENCE if name in self.initial
            }

    def clean(self):
        super().clean()
        if "unit" not in self.fields:
            return self.cleaned_data
        agreement = self.cleaned_data.get("agreement") or getattr(self.instance, "agreement", None)
        rule = self.rule()
        if not self.errors:
            self.instance.rule = rule.text if rule else ""
            if rule is None and not self.cleaned_data.get("extra_dates"):
                self.add_error("unit", _("Say how it repeats, or enter single dates."))
            elif agreement is not None:
                self.check_term(agreement)
        return self.cleaned_data

    def rule(self) -> Rule | None:
        """The rule that was entered, None without one or with errors."""
        data: dict[str, Any] = self.cleaned_data
        if not data.get("unit") or self.errors:
            return None
        ends = data.get("ends")
        for name, how in (("until", UNTIL), ("times", TIMES)):
            if ends == how and not data.get(name):
                self.add_error(name, _("Say when it ends."))
                return None
        try:
            return Rule(
                unit=Unit(data["unit"]),
                every=data.get("every") or 1,
                weekdays=tuple(data["weekdays"]),
                nths=tuple(data["nths"]),
                month_days=month_days_of(data["month_days"]),
                months=tuple(data["months"]),
                until=data["until"] if ends == UNTIL else None,
                times=data["times"] if ends == TIMES else None,
            )
        except BadRule as error:
            self.add_error(FIELD_OF.get(error.flaw, "unit"), sentence_of(error))
            return None

    def check_term(self, agreement: Agreement) -> None:
        """What lies outside of the agreement's term would never come."""
        first, last = agreement.start_date, agreement.end_date
        term = {"first": day_text(first), "last": day_text(last)}
        starts, extra = self.cleaned_data.get("starts_date"), self.cleaned_data.get("extra_dates") or []
        if starts and not first <= starts <= last:
            self.add_error("starts_date", _("The term is from %(first)s to %(last)s.") % term)
        if any(not first <= each <= last for each in extra):
            self.add_error("extra_dates", _("The term is from %(first)s to %(last)s.") % term)
        if self.errors:
            return
        for name in ("starts_date", "extra_dates", "skipped_dates"):
            setattr(self.instance, name, self.cleaned_data.get(name))
        if not next_by_rule(self.instance, agreement, after=first, count=1):
            self.add_error("unit", _("None of its dates lies in the term, from %(first)s to %(last)s.") % term)


def month_days_of(text: str) -> tuple[int, ...]:
    """Days like “1, 15, last” as numbers; raises BadRule."""
    words = [each for each in re.split(r"[\s,;]+", text.lower().strip()) if each]
    if not all(
        word in LAST_WORDS or (word.isascii() and word.isdecimal() and len(word) <= len("31")) for word in words
    ):
        raise BadRule(Flaw.MONTH_DAYS)
    return tuple(LAST if word in LAST_WORDS else int(word) for word in words)


def entered(text: str) -> dict[str, Any]:
    """What somebody would enter for a stored rule."""
    if not text:
        return {"unit": "", "every": 1, "ends": NEVER}
    try:
        rule = parse(text)
    except BadRule:
        return {"unit": "", "every": 1, "ends": NEVER}
    return {
        "unit": rule.unit.value,
        "every": rule.every,
        "weekdays": list(rule.weekdays),
        "nths": list(rule.nths),
        "month_days": ", ".join(LAST_WORDS[0] if each == LAST else str(each) for each in rule.month_days),
        "months": list(rule.months),
        "ends": UNTIL if rule.until else TIMES if rule.times else NEVER,
        "until": rule.until,
        "times": rule.times,
    }
