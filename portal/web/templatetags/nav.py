"""Links that change one parameter and keep the rest."""

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def query_with(context, **changes):
    """`?…` of this page with `changes` made; an empty value removes a parameter.

    Paging starts again (`after`, `before` and `page` go) unless one of them is what changes.
    """
    params = context["request"].GET.copy()
    for name in ("after", "before", "page"):
        params.pop(name, None)
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        else:
            params[name] = str(value)
    encoded = params.urlencode()
    return f"?{encoded}" if encoded else "?"
