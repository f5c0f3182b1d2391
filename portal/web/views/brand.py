"""The tenant's accent as a stylesheet, so that no page needs an inline style (D7, SECURITY 28)."""

from dataclasses import fields
from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from portal.web import colors
from portal.web.declarations import Rule, declare

YEAR = 365 * 24 * 3600


@lru_cache(maxsize=256)
def stylesheet(accent: str) -> str:
    """The accent family for light and dark as custom properties of the root."""
    light, dark = colors.light_palette(accent), colors.dark_palette(accent)
    lines = [
        f"  --{field.name.replace('_', '-')}: light-dark({getattr(light, field.name)}, {getattr(dark, field.name)});"
        for field in fields(colors.Palette)
    ]
    lines.append(f"  --accent-deep: {colors.deep(accent)};")
    return "\n".join([":root:root {", *lines, "}", ""])


@declare(Rule.PUBLIC)
@login_not_required
@require_safe
def brand(request):
    """`/brand.css?v=ACCENT`: kept for a year under its version, a minute without one."""
    accent = colors.clean(getattr(getattr(request, "tenant", None), "accent", ""))
    response = HttpResponse(stylesheet(accent), content_type="text/css; charset=utf-8")
    versioned = request.GET.get("v") == accent.removeprefix("#")
    patch_cache_control(response, public=True, max_age=YEAR if versioned else 60)
    return response
