"""The manual switch between light and dark (UX-1); without JavaScript it is a plain form."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.web.context import THEME_COOKIE, THEMES
from portal.web.declarations import Rule, declare

YEAR = 365 * 24 * 3600


@declare(Rule.PUBLIC, methods=("POST",))
@login_not_required
@require_POST
def set_theme(request):
    """Keeps the choice in a cookie of this browser and goes back to the page it came from."""
    choice = request.POST.get("theme", "")
    if choice not in THEMES:
        return HttpResponseBadRequest(_("Choose automatic, light or dark."))
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    response.set_cookie(THEME_COOKIE, choice, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response
