"""Who signs in, and who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model

from portal.tenancy.compiled import Compiled

user_by_id = Compiled(lambda pk: get_user_model().objects.filter(pk=pk).order_by("pk")[:1])


class LoginBackend(AuthenticationBackend):
    """allauth's, with the read of each request compiled once."""

    def get_user(self, user_id):
        """The login, unless it was closed: that acts on the next request (SECURITY 3)."""
        user = user_by_id.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
