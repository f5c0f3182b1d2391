"""Whose request it is: `REMOTE_ADDR` is the client's address, behind proxies of ours too (SECURITY 24)."""

import ipaddress
import re

import structlog
from django.conf import settings

# Whatever a stranger writes there is believed by nobody: neither by limits nor by logs.
FORWARDED = "HTTP_X_FORWARDED_FOR"
WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](:\d+)?|(?P<v4>[\d.]+):\d+")


class ClientAddressMiddleware:
    """Reads `X-Forwarded-For` from the right, as many steps as there are proxies of ours, and forgets the header.

    Each of the `TRUSTED_PROXIES` appends who asked it, so that what stands further left was written by the client.
    A request with fewer entries did not come by way of the proxies: then the caller is the client.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        written = [entry.strip() for entry in request.META.pop(FORWARDED, "").split(",")]
        proxies = settings.TRUSTED_PROXIES
        if 0 < proxies <= len(written) and (address := address_in(written[-proxies])):
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


def address_in(entry: str) -> str:
    """The IP address of an entry, without the port that some proxies add; "" for anything else."""
    port = WITH_PORT.fullmatch(entry)
    try:
        return str(ipaddress.ip_address((port["v6"] or port["v4"]) if port else entry))
    except ValueError:
        return ""


def log_address(sender, request, **kwargs):
    """Name the client's address on every line of the request's log."""
    structlog.contextvars.bind_contextvars(ip=request.META.get("REMOTE_ADDR"))
