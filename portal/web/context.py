"""What every page knows: brand, theme, navigation, the person. Nothing is looked up before a template asks."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db.transaction import TransactionManagementError
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from portal.web import colors
from portal.web.registry import navigation

THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")


class Brand:
    """The tenant's face; Callout's own on the platform's host."""

    def __init__(self, tenant):
        self.tenant = tenant

    @cached_property
    def name(self) -> str:
        return self.tenant.name if self.tenant else "Callout"

    @property
    def is_platform(self) -> bool:
        return self.tenant is None

    @property
    def initial(self) -> str:
        return self.name[:1].upper()

    @cached_property
    def logo_url(self) -> str:
        return self.tenant.logo.url if self.tenant and self.tenant.logo else ""

    @cached_property
    def accent(self) -> str:
        return colors.clean(self.tenant.accent if self.tenant else "")

    @cached_property
    def light(self) -> colors.Palette:
        """The accent family on light paper, for mails, which know no stylesheet."""
        return colors.light_palette(self.accent)

    @cached_property
    def dark(self) -> colors.Palette:
        """The accent family of mail programs in the dark."""
        return colors.dark_palette(self.accent)

    @cached_property
    def stylesheet_url(self) -> str:
        return f"{reverse('brand')}?{urlencode({'v': self.accent.removeprefix('#')})}"

    @property
    def support_email(self) -> str:
        return self.tenant.support_email if self.tenant else ""

    @property
    def support_phone(self) -> str:
        return self.tenant.support_phone if self.tenant else ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, as the account menu shows it."""

    name: str
    account: str
    email: str
    initials: str


def person(request) -> Person | None:
    """The signed-in person; None for a visitor."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    contact = _contact(request)
    name = contact.full_name if contact else user.email
    parts = name.replace("@", " ").split()
    initials = "".join(part[0] for part in (parts[0], parts[-1])[: len(parts)]).upper()
    email = contact.email if request.viewer and request.viewer.is_preview else user.email
    return Person(name=name, account=contact.account.name if contact else _("Staff"), email=email, initials=initials)


def preview_shown(request):
    """The preview for the banner. On an error page whose transaction is over nothing can be asked any more."""
    try:
        return getattr(request, "preview", None) or None
    except TransactionManagementError:
        return None


def _contact(request):
    viewer = getattr(request, "viewer", None)
    return viewer.contact if viewer else None


def _viewer_zone(request) -> str:
    contact = _contact(request)
    return contact.time_zone if contact else ""


def theme_of(request) -> str:
    """auto, light or dark: the person's own choice, kept in a cookie."""
    choice = request.COOKIES.get(THEME_COOKIE, "")
    return choice if choice in THEMES else "auto"


def languages_of(tenant) -> list[dict]:
    """The tenant's languages (all of ours on the platform), each with its name in itself."""
    codes = tenant.languages if tenant else [code for code, _name in settings.LANGUAGES]
    return [get_language_info(code) for code in codes]


def portal(request) -> dict:
    """Context processor of all pages."""
    tenant = getattr(request, "tenant", None)
    return {
        "brand": Brand(tenant),
        "theme": theme_of(request),
        "person": SimpleLazyObject(lambda: person(request)),
        "navigation": SimpleLazyObject(lambda: list(navigation(request))),
        "portal_languages": SimpleLazyObject(lambda: languages_of(tenant)),
        "preview": SimpleLazyObject(lambda: preview_shown(request)),
        "viewer_zone": SimpleLazyObject(lambda: _viewer_zone(request)),
    }
