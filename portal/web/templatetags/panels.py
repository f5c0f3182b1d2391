"""`{% panels "fieldservice.workorder" work_order %}`: the pieces that apps above add to a page (L1)."""

from django import template
from django.utils.safestring import SafeString

from portal.web import registry

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context, slot: str, obj) -> SafeString:
    """Each registered panel of the slot, rendered with the page's context and its own."""
    return _render(context, [(each, (context["request"], obj)) for each in registry.panels(slot)])


@register.simple_tag(takes_context=True)
def tiles(context) -> SafeString:
    """The tiles of the home page."""
    return _render(context, [(each, (context["request"],)) for each in registry.tiles()])


def _render(context, pieces) -> SafeString:
    rendered = []
    for panel, arguments in pieces:
        own = panel.context(*arguments)
        if own is None:
            continue
        with context.push(**own):
            rendered.append(context.template.engine.get_template(panel.template).render(context))
    return SafeString("".join(rendered))
