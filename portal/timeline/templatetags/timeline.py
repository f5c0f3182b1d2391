"""`{% timeline work_order zone=work_order.place.time_zone %}`: comments, events and files of a record (FS-4)."""

from django import template
from django.urls import reverse

from portal.tenancy.scope import current_tenant
from portal.timeline.forms import CommentForm
from portal.timeline.presenting import Reader, new_request_key, read_panel
from portal.timeline.registry import timeline_of

register = template.Library()


@register.inclusion_tag("timeline/panel.html", takes_context=True)
def timeline(context, obj, zone=""):
    """The panel for the portal's page of a record whose kind is registered. `zone` is the site's, the company's by default."""
    request = context["request"]
    registered = timeline_of(type(obj))
    reader = Reader(zone=zone or current_tenant().time_zone, viewer_zone=request.viewer.contact.time_zone)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token", ""),
        "brand": context.get("brand"),
        "panel": read_panel(obj, request.GET, reader),
        "verdict": registered.policy(request.viewer, obj),
        "action": reverse(registered.comment_url, args=[obj.pk]),
        "form": CommentForm(initial={"request_key": new_request_key()}),
    }
