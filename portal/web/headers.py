"""Headers of every page, and the answer to a partial whose person is no longer signed in (SECURITY 4, 28)."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

NOWHERE = ("camera", "microphone", "payment", "usb", "serial", "browsing-topics", "display-capture")
TECHNICIAN_PATH = "/tech/"
FOUND = 302


class HeadersMiddleware:
    """Permissions-Policy, CORP, no-store for signed-in pages, Vary for partials, 401 for partials of strangers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = back_to_the_page(request, partial_needs_sign_in(request, self.get_response(request)))
        response.headers.setdefault("Permissions-Policy", permissions_policy(request.path_info))
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_signed_in(request):
            response.headers.setdefault("Cache-Control", "no-store, private")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response


def permissions_policy(path: str) -> str:
    """Nothing of the device is used, but for the position on the technician's pages (SCH-8)."""
    geolocation = "geolocation=(self)" if path.startswith(TECHNICIAN_PATH) else "geolocation=()"
    return ", ".join([geolocation, *(f"{name}=()" for name in NOWHERE)])


def is_signed_in(request) -> bool:
    """Whether the page was made for a person; a session that nobody read is not read for this."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and SESSION_KEY in session


def partial_needs_sign_in(request, response):
    """For a partial, turn the redirect to the sign-in page into 401 with `HX-Redirect`, so that the page goes there."""
    if request.headers.get("HX-Request") != "true" or response.status_code != FOUND:
        return response
    login_path = resolve_url(settings.LOGIN_URL)
    if urlsplit(response.headers.get("Location", "")).path != login_path:
        return response
    query = urlencode({REDIRECT_FIELD_NAME: page_of(request)}, safe="/")
    return HttpResponse(status=401, headers={"HX-Redirect": f"{login_path}?{query}"})


def back_to_the_page(request, response):
    """After signing in again, somebody whose form came too late returns to the form's page: its target answers no GET."""
    if request.method != "POST" or response.status_code != FOUND:
        return response
    login_path = resolve_url(settings.LOGIN_URL)
    if urlsplit(response.headers.get("Location", "")).path != login_path or request.path_info == login_path:
        return response
    query = urlencode({REDIRECT_FIELD_NAME: local_path(request, request.headers.get("Referer", "")) or "/"}, safe="/")
    response.headers["Location"] = f"{login_path}?{query}"
    return response


def page_of(request) -> str:
    """The path of the page that asked for the partial, as far as it is ours; the partial's own otherwise."""
    return local_path(request, request.headers.get("HX-Current-URL", "")) or request.get_full_path()


def local_path(request, address: str) -> str:
    """Path and query of an address of this host, "" for any other."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts={request.META.get("HTTP_HOST", "")}):
        return ""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
