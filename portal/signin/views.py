"""Pages of allauth whose answer is ours."""

from http import HTTPStatus

from allauth.account.views import LoginView as AllauthLoginView

from portal.signin.adapters import TOO_MANY

WAIT_SECONDS = 300


class LoginView(AllauthLoginView):
    """Sign-in; who guessed too often reads so beside the form, as 429 (SECURITY 4)."""

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if form.has_error("__all__", TOO_MANY):
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response.headers["Retry-After"] = str(WAIT_SECONDS)
        return response
