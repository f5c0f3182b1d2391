"""`{% wrap %}`: a component around a piece of page. `{% keep %}`: a piece that is rendered once."""

from django import template
from django.template.base import token_kwargs
from django.utils.translation import get_language

register = template.Library()


class WrapNode(template.Node):
    """Renders its inside with the page's context, then the component with its options and `body` only."""

    def __init__(self, nodelist, name, options):
        self.nodelist = nodelist
        self.name = name
        self.options = options

    def render(self, context):
        body = self.nodelist.render(context)
        options = {key: value.resolve(context) for key, value in self.options.items()}
        component = context.template.engine.get_template(self.name.resolve(context))
        with context.push():
            inner = context.new(options | {"body": body})
            for shared in ("request", "csrf_token"):
                if shared in context:
                    inner[shared] = context[shared]
            return component.render(inner)


class KeepNode(template.Node):
    """Renders its inside once for each combination of the named values and the language; nothing else is known inside."""

    MOST = 100

    def __init__(self, nodelist, names):
        self.nodelist = nodelist
        self.names = names
        self.kept: dict[tuple, str] = {}

    def render(self, context):
        values = {name: context.get(name) for name in self.names}
        key = (get_language(), *values.values())
        found = self.kept.get(key)
        if found is None:
            found = self.nodelist.render(context.new(values))
            if len(self.kept) < self.MOST:
                self.kept[key] = found
        return found


@register.tag
def keep(parser, token):
    """`{% keep page_bidi %} … {% endkeep %}`: what depends on these values of the context only, kept as long as the process."""
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodelist, token.split_contents()[1:])


@register.tag
def wrap(parser, token):
    """`{% wrap "components/card.html" title=_("Site") %} … {% endwrap %}`: options by keyword, the inside as `body`."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("wrap needs the name of a component.")
    name, rest = parser.compile_filter(bits[0]), bits[1:]
    if rest[:1] == ["with"]:
        rest = rest[1:]
    options = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"wrap takes options by keyword, not {rest[0]!r}.")
    nodelist = parser.parse(("endwrap",))
    parser.delete_first_token()
    return WrapNode(nodelist, name, options)
