"""`{% lines rows columns %}`: the rows of a list's table."""

from django import template
from django.utils.safestring import SafeString

from portal.web.lines import lines_html

register = template.Library()


@register.simple_tag
def lines(rows, columns) -> SafeString:
    """The lines (`portal.web.lines.Line`) below a head of these columns; the first column is the name's."""
    return SafeString(lines_html(rows, [each["label"] for each in columns[1:]]))
