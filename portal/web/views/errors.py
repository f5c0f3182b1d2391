"""Error pages: what to do next, never internals. Foreign, hidden and missing look alike (SECURITY 4, 36)."""

import sys

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)
# What is away now and comes back: the database, and the server that counts attempts at signing in.
AWAY = (OperationalError, InterfaceError, RedisError)


@login_not_required
def bad_request(request, exception=None):
    """400, with the reason where the refusal was made for people to read."""
    return render(request, "400.html", {"reason": getattr(exception, "message", "")}, status=400)


@login_not_required
def permission_denied(request, exception=None):
    """403, with the reason where the refusal was made for people to read."""
    return framed(request, "403.html", {"reason": getattr(exception, "message", "")}, status=403)


@login_not_required
def not_found(request, exception=None):
    """404: the same page for foreign, hidden and missing."""
    return framed(request, "404.html", {}, status=404)


@login_not_required
def too_large(request, exception=None):
    """413: what was sent is longer than anything that a page of ours asks for."""
    context = {"megabytes": settings.LARGEST_BODY_BYTES // (1024 * 1024)}
    return render(request, "413.html", context, status=413)


@login_not_required
def too_many(request, exception=None):
    """429."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


@login_not_required
def server_error(request):
    """500; asks neither database nor session, which may be what failed. 503 when a server of ours is what is away."""
    if isinstance(sys.exc_info()[1], AWAY):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "5"})
    return HttpResponseServerError(render_to_string("500.html"))


@login_not_required
def csrf_failure(request, reason=""):
    """403 for a form without proof that it is ours."""
    logger.warning("csrf_refused", reason=reason, path=request.path)
    text = _(
        "The form was open for too long or came from elsewhere. Go back, load the page again and send it once more."
    )
    return framed(request, "403.html", {"reason": text}, status=403)


def framed(request, template: str, context: dict, *, status: int) -> HttpResponse:
    """The page with the menu of somebody who is signed in on a company's host, bare for everybody else.

    Bare too where the error came before the person was known, or left a transaction that reads nothing more.
    """
    try:
        if getattr(request, "viewer", None):
            return render(request, template, context | {"in_portal": True}, status=status)
    except DatabaseError:
        logger.info("error_page_without_menu", status=status)
    return render(request, template, context, status=status)
