"""A session is worth something on the host where it began, and nowhere else (TEN-1, TEN-2)."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.utils.functional import SimpleLazyObject

SESSION_HOST = "signed_in_at"
PLATFORM = "platform"


def here(request) -> str:
    """What a session that begins with this request is bound to."""
    return str(request.tenant.pk) if request.tenant else PLATFORM


def bind(sender, request, **kwargs):
    """Remember where the person signed in."""
    if hasattr(request, "tenant"):
        request.session[SESSION_HOST] = here(request)


user_logged_in.connect(bind, dispatch_uid="bind_session_to_host")


class HostBoundSessionMiddleware:
    """`request.user` is nobody where the session came from another company's host."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        claimed = request.user
        request.user = SimpleLazyObject(lambda: person_of(request, claimed))
        return self.get_response(request)


def person_of(request, claimed):
    """The signed-in person, unless they signed in elsewhere."""
    if claimed.is_authenticated and request.session.get(SESSION_HOST, here(request)) != here(request):
        return AnonymousUser()
    return claimed
