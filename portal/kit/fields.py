"""Fields of forms that several apps need."""

from django import forms

from portal.kit.texts import plain_ends


class LongText(forms.CharField):
    """Text of several lines, counted as people count it: the two signs that a browser sends at a line's end are one."""

    widget = forms.Textarea

    def to_python(self, value) -> str | None:
        return super().to_python(plain_ends(value) if isinstance(value, str) else value)
