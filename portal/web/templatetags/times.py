"""Instants in templates, always by the site's zone (UX-4)."""

from django import template
from django.utils.html import format_html

from portal.web import times

register = template.Library()


def _markup(when: times.When):
    if not when.viewer:
        return format_html('<time datetime="{}">{}</time>', when.iso, when.site)
    return format_html(
        '<time datetime="{}">{}</time> <span class="quiet small">· {}</span>', when.iso, when.site, when.viewer
    )


@register.simple_tag(takes_context=True)
def local_time(context, instant, zone, ends=None):
    """`{% local_time booking.starts_at booking.zone %}`: day, hour (to `ends`), zone; the viewer's beside it."""
    return _markup(times.describe(instant, zone, viewer_zone=str(context.get("viewer_zone", "")), ends=ends))


@register.filter
def duration(minutes: int) -> str:
    """`{{ service.duration_minutes|duration }}`: "1 hour 30 minutes"."""
    return times.format_duration(minutes)


@register.simple_tag
def local_date(instant, zone):
    """The day at the site."""
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), times.format_date(instant, zone))


@register.simple_tag
def local_hour(instant, zone):
    """The hour at the site with the zone's short name."""
    text = f"{times.format_time(instant, zone)} {times.zone_name(instant, zone)}"
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), text)
