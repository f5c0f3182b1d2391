"""A view that does not say its section, object and rule does not start."""

from django.core import checks

from portal.web.routes import routes


@checks.register(checks.Tags.urls)
def every_view_is_declared(app_configs, **kwargs):
    """web.E001: a path whose view declares nothing."""
    return [
        checks.Error(
            f"{route.pattern} ({route.view}) does not declare its section, object and rule.",
            hint="Derive it from portal.web.views.base or decorate it with portal.web.declarations.declare().",
            id="web.E001",
        )
        for route in routes()
        if route.declaration is None
    ]
