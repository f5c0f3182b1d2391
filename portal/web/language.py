"""The language of a page: what the person chose or what their contact says, among those of the company (UX-3)."""

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class CompanyLocaleMiddleware(LocaleMiddleware):
    """Django's, kept to the company's languages; its first one where the browser asks for none of them."""

    def process_request(self, request):
        wanted = translation.get_language_from_request(request)
        translation.activate(request.tenant.language_for(wanted) if request.tenant is not None else wanted)
        request.LANGUAGE_CODE = translation.get_language()


def remember_language(response, code: str) -> None:
    """Keep the language for the browser's next requests, as Django's own switch does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
