"""Refuses what no page of ours can mean, before any page sees it (SECURITY 31)."""

from django.core.exceptions import BadRequest

from portal.kit.asgi import BODY_REFUSED
from portal.web.views.errors import too_large

NUL = "%00"


class HostileInputMiddleware:
    """A NUL in the address is 400: PostgreSQL holds none in texts. Forms refuse theirs beside the field.

    A body that was too long to be kept is 413, whatever its address.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if getattr(request, "scope", {}).get(BODY_REFUSED):
            return too_large(request)
        if NUL in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest
        return self.get_response(request)
