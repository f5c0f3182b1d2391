"""Every path of the portal with its declaration (SECURITY 42)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from portal.web.declarations import Declaration, declaration_of


@dataclass(frozen=True, slots=True)
class Route:
    """A path, its full name and what its view declares."""

    pattern: str
    name: str
    view: str
    declaration: Declaration | None

    def as_dict(self) -> dict:
        declared = self.declaration
        return {
            "pattern": self.pattern,
            "name": self.name,
            "methods": list(declared.methods) if declared else [],
            "section": declared.section.value if declared and declared.section else None,
            "object_type": declared.object_type if declared else "",
            "rule": declared.rule.value if declared else None,
            "view": self.view,
        }


def routes() -> list[Route]:
    """All routes in the order of their resolution."""
    return list(_walk(get_resolver().url_patterns, "/", ""))


def _walk(patterns, prefix: str, namespace: str) -> Iterator[Route]:
    for each in patterns:
        pattern = prefix + str(each.pattern).removeprefix("^")
        if isinstance(each, URLResolver):
            inner = ":".join(part for part in (namespace, each.namespace or "") if part)
            yield from _walk(each.url_patterns, pattern, inner)
        elif isinstance(each, URLPattern):
            name = each.name or ""
            view = name_of(each.callback)
            full_name = f"{namespace}:{name}" if namespace else name
            yield Route(pattern, full_name, view, declaration_of(each.callback, name, namespace))


def name_of(callback) -> str:
    """Where the view behind a path is written."""
    view = getattr(callback, "view_class", callback)
    return f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"
