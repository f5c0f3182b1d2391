"""What is the same everywhere. The environment is read through `portal.settings.env` only."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.settings import env, files, static
from portal.settings.channels import *  # noqa: F403  by which ways messages go besides e-mail
from portal.settings.worker import *  # noqa: F403  how Celery works

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = Path(env.text("CALLOUT_VAR", str(BASE_DIR / "var")))

PORT = env.integer("PORT", 8000, minimum=1, maximum=65535)
# Requests that a web process works on at the same time; each may hold one connection of the pool.
WEB_THREADS = env.integer("WEB_THREADS", 10, minimum=1, maximum=200)
DEBUG = False
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# The host picks the tenant; an unknown one is 404 before any page runs (TEN-1).
ALLOWED_HOSTS = ["*"]
# Proxies of ours between client and web process; each one appends to X-Forwarded-For (SECURITY 24).
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, maximum=9)
PLATFORM_HOSTS = env.words("PLATFORM_HOSTS", "localhost,127.0.0.1")
CALLOUT_EMBEDDED = env.flag("CALLOUT_EMBEDDED", default=False)
MAILBOX_DIR = Path(env.text("CALLOUT_MAILBOX", str(VAR / "mailbox")))

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.tenancy",
    "portal.audit",
    "portal.geo",
    "portal.accounts",
    "portal.access",
    "portal.catalog",
    "portal.timeline",
    "portal.web",
    "notifications",
    "portal.signin",
    "fieldservice",
    "scheduling",
    "projects",
    "partners",
    "integrations",
    "portal.demo",
    "allauth",
    "allauth.account",
    "template_partials",
    "heroicons",
    "js_lib_bootstrap5",
    "js_lib_leaflet",
    "django_countries",
    "guardian",
    "django_htmx",
    "django_structlog",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "portal.web.client_address.ClientAddressMiddleware",
    "portal.web.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.web.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.tenancy.middleware.TenantMiddleware",
    "portal.web.hostile.HostileInputMiddleware",
    "portal.web.language.CompanyLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.signin.host_bound.HostBoundSessionMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.access.middleware.ViewerMiddleware",
    "portal.web.preview.PreviewMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# How links in mail begin; production has https and no port.
PORTAL_SCHEME = "http"
PORTAL_PORT = PORT
# Points at which a test kills a process; every other build refuses to start with one (SECURITY 42).
FAULTS = env.words("CALLOUT_FAULTS")
FAULTS_ALLOWED = False

DATABASES = {"default": env.database("DATABASE_URL", pool_size=env.integer("DATABASE_POOL", 20))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "portal.tenancy.cache.TenantRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portal.signin.backends.LoginBackend"]
SESSION_ENGINE = "portal.signin.sessions"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_UNIQUE_EMAIL = True
PASSWORD_RESET_TIMEOUT = 24 * 3600
# Our form writes that mail: allauth's names a sign-up that does not exist.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# The login's own limit stands first: guessing at one login uses up little of what its address may try, so that the
# others of an office still sign in. `login` counts every try, right ones too, and only keeps floods off.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key,30/m/ip"}
ACCOUNT_FORMS = {
    "change_password": "portal.signin.forms.PasswordChangeForm",
    "set_password": "portal.signin.forms.PasswordSetForm",
    "reset_password": "portal.signin.forms.PasswordResetForm",
    "reset_password_from_key": "portal.signin.forms.PasswordResetKeyForm",
}

# Of guardian only its permission tables: `visible_to` reads them, no `has_perm` does.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.web.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("de", _("German")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("ar", _("Arabic")),
    ("he", _("Hebrew")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portal.web.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ADD_HEADERS_FUNCTION = static.add_headers
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = VAR / "media"
STORAGES = files.storages(VAR)
FILE_QUOTA_BYTES, LARGEST_BODY_BYTES = files.QUOTA_BYTES, files.LARGEST_BODY_BYTES
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# A page of the admin with two full tables of rows.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Pictures behind the live map, as https://tiles.example/{z}/{x}/{y}.png with the credit that their owner asks for; without an
# address the map stands on a plain ground and asks nobody.
MAP_TILES_URL = env.text("MAP_TILES_URL", "")
MAP_TILES_CREDIT = env.text("MAP_TILES_CREDIT", "")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", *env.origins(MAP_TILES_URL)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "portal@callout.example")
EMAIL_TIMEOUT = 15
for _name, _value in env.mail("EMAIL_URL", "smtp://127.0.0.1:1025").items():
    globals()[_name] = _value

CELERY_BROKER_URL = REDIS_URL

# Road travel by an OSRM-compatible server when set, the great circle otherwise (SCH-10).
ROUTING_URL = env.text("ROUTING_URL", "")
GEOCODER = env.text("GEOCODER", "")
# The geopy service's keyword arguments, as JSON: {"domain": "nominatim.example", "timeout": 3}.
GEOCODER_OPTIONS = env.mapping("GEOCODER_OPTIONS")

DJANGO_STRUCTLOG_CELERY_ENABLED = True
# Its own reading believes headers of strangers; `portal.web.client_address` names the address.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# guardian.W001 misses a backend for `has_perm`.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
