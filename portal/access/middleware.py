"""`request.viewer`: the contact who looks, looked up once a request and only when asked for."""

from dataclasses import replace

from django.utils.functional import SimpleLazyObject

from portal.access.preview import preview_of
from portal.access.viewer import Viewer, viewer_for, viewer_of_login
from portal.accounts.queries import is_staff_of_tenant


class ViewerMiddleware:
    """Sets `request.viewer` and `request.preview` (falsy where there is none) and `request.is_tenant_staff`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.preview = SimpleLazyObject(lambda: preview_of(request))
        request.viewer = SimpleLazyObject(lambda: find_viewer(request))
        request.is_tenant_staff = SimpleLazyObject(lambda: find_staff(request))
        return self.get_response(request)


def find_viewer(request) -> Viewer | None:
    """The viewer of a request on a tenant's host, None for anybody else; in a preview the contact who is looked at."""
    if request.tenant is None or not request.user.is_authenticated:
        return None
    if request.preview:
        return replace(viewer_for(request.preview.contact), is_preview=True)
    viewer = viewer_of_login(request.user)
    if viewer is not None:
        # The same query said so.
        request.is_tenant_staff = viewer.is_staff
    return viewer


def find_staff(request) -> bool:
    """Whether the signed-in user works as staff of the request's tenant; not while looking as a contact."""
    if request.tenant is None or not request.user.is_authenticated or request.preview:
        return False
    return is_staff_of_tenant(request.user)
