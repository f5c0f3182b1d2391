"""Host → tenant → scope. An unknown host gets 404 before any page runs (TEN-1)."""

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseNotFound
from django.http.request import split_domain_port
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from portal.tenancy.compiled import Compiled
from portal.tenancy.models import Tenant
from portal.tenancy.scope import named_scope, tenant_scope

SERVER_ERROR = 500


class TenantMiddleware:
    """Sets `request.tenant` (None on the platform's host) and runs the request in the tenant's transaction."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        host = split_domain_port(request.META.get("HTTP_HOST", "").lower())[0].rstrip(".")
        request.tenant = tenant_of(host)
        if request.tenant is None:
            if host not in settings.PLATFORM_HOSTS:
                return HttpResponseNotFound(render_to_string("404.html"))
            with named_scope(None), transaction.atomic():
                return self.answer(request)
        if opens_own_transactions(request.path_info):
            with named_scope(request.tenant):
                return self.get_response(request)
        with tenant_scope(request.tenant):
            return self.answer(request)

    def answer(self, request):
        request.is_undone = False
        response = self.get_response(request)
        if request.is_undone or response.status_code >= SERVER_ERROR:
            transaction.set_rollback(True)
        return response

    def process_exception(self, request, exception):
        """Undo the request's writes at its end: until then the error page may still read whose menu it shows.

        Django answers as usual. A view with transactions of its own has undone its own.
        """
        request.is_undone = True


tenant_at = Compiled(lambda host: Tenant.objects.filter(hosts__host=host, is_active=True).order_by("pk")[:1])


def tenant_of(host: str) -> Tenant | None:
    """The active tenant that this host leads to."""
    return tenant_at.first(host)


def opens_own_transactions(path: str) -> bool:
    """Whether the view behind this path is marked by `own_transactions`."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return getattr(view, "opens_own_transactions", False)
