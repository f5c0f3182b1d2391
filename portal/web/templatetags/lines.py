"""`{% head columns %}`, `{% lines rows columns %}` and `{% filter_fields fields %}`: what `portal.web.lines` writes of a list."""

from django import template
from django.utils.safestring import SafeString

from portal.web.lines import fields_html, head_html, lines_html

register = template.Library()


@register.simple_tag
def head(columns) -> SafeString:
    """The table's head of these columns."""
    return SafeString(head_html(columns))


@register.simple_tag
def lines(rows, columns) -> SafeString:
    """The lines (`portal.web.lines.Line`) below a head of these columns; the first column is the name's."""
    return SafeString(lines_html(rows, [each["label"] for each in columns[1:]]))


@register.simple_tag
def filter_fields(fields) -> SafeString:
    """The fields of a list's filters (`Listing.filter_fields`)."""
    return SafeString(fields_html(fields))
