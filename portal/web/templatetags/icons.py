"""Icons of the heroicons package as inline SVG that takes the text's colour."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from heroicons.templatetags import heroicons

register = template.Library()

STYLES = {
    "outline": heroicons.heroicon_outline,
    "solid": heroicons.heroicon_solid,
    "mini": heroicons.heroicon_mini,
    "micro": heroicons.heroicon_micro,
}
DIRECTIONS = ("left", "right", "paper-airplane", "queue-list", "list-bullet")


@lru_cache(maxsize=512)
def _svg(name: str, style: str, size: str) -> str:
    classes = ["icon"]
    if size:
        classes.append(f"icon-{size}")
    if any(part in name for part in DIRECTIONS):
        classes.append("icon-directional")
    attrs = {"class": " ".join(classes), "aria_hidden": "true", "focusable": "false"}
    return STYLES[style](name, size=None, **attrs)


@register.simple_tag
def icon(name, size="", style="outline", label=""):
    """`{% icon "calendar-days" %}`: decoration by default, an image with a name when `label` is given.

    `size`: "sm", "" or "lg"; `style`: outline, solid, mini or micro. An unknown name raises.
    """
    picture = _svg(str(name), str(style), str(size))
    if not label:
        return picture
    return format_html('<span role="img" aria-label="{}">{}</span>', label, picture)
