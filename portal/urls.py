"""One include per section. The host decides whose portal it is, never the path (TEN-1)."""

from allauth.account import views as account_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language

from notifications.views.providers import provider_reports
from portal.signin.views import LoginView
from portal.tenancy.admin import portal_admin
from portal.web.views.brand import brand
from portal.web.views.gallery import gallery
from portal.web.views.mailbox import mailbox, mailbox_html, mailbox_mail, mailbox_part
from portal.web.views.preview import stop_preview
from portal.web.views.search import SearchView
from portal.web.views.theme import set_theme
from scheduling.views.home import HomeView

handler400 = "portal.web.views.errors.bad_request"
handler403 = "portal.web.views.errors.permission_denied"
handler404 = "portal.web.views.errors.not_found"
handler429 = "portal.web.views.errors.too_many"
handler500 = "portal.web.views.errors.server_error"

page = require_http_methods(["GET", "HEAD", "POST"])

# Of allauth what an invited person needs; there is no sign-up without an invitation (TEN-7).
account_patterns = [
    path("login/", page(LoginView.as_view()), name="account_login"),
    path("logout/", page(account_views.logout), name="account_logout"),
    path("inactive/", page(account_views.account_inactive), name="account_inactive"),
    path("confirm-email/", page(account_views.email_verification_sent), name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", page(account_views.confirm_email), name="account_confirm_email"),
    path("password/change/", page(account_views.password_change), name="account_change_password"),
    path("password/reset/", page(account_views.password_reset), name="account_reset_password"),
    path("password/reset/done/", page(account_views.password_reset_done), name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        page(account_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        page(account_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("appointments/", include("scheduling.urls.portal")),
    path("tech/", include("scheduling.urls.technician")),
    path("v/", include("scheduling.urls.links")),
    path("field-service/", include("fieldservice.urls")),
    path("projects/", include("projects.urls")),
    path("partners/", include("partners.urls")),
    path("files/", include("portal.timeline.urls")),
    path("accounts/", include(account_patterns)),
    path("notifications/", include("notifications.urls")),
    path("calendar/", include("scheduling.urls.calendars")),
    path("hooks/mail/", provider_reports, name="provider_reports"),
    path("admin/", portal_admin.urls),
    path("brand.css", brand, name="brand"),
    path("design/", gallery, name="gallery"),
    path("mailbox/", mailbox, name="mailbox"),
    path("mailbox/<str:mail_id>/", mailbox_mail, name="mailbox_mail"),
    path("mailbox/<str:mail_id>/html/", mailbox_html, name="mailbox_html"),
    path("mailbox/<str:mail_id>/parts/<int:number>/", mailbox_part, name="mailbox_part"),
    path("preview/stop/", stop_preview, name="stop_preview"),
    path("search/", SearchView.as_view(), name="search"),
    path("theme/", set_theme, name="set_theme"),
    path("language/", login_not_required(set_language), name="set_language"),
]
