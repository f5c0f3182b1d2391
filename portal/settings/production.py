"""Production: secrets and servers from the environment; a missing or weak one stops the start by its name."""

from portal.settings import env, files
from portal.settings.base import *  # noqa: F403
from portal.settings.logging import configure

SECRET_KEY = env.secret("SECRET_KEY")
PLATFORM_HOSTS = [env.text("PLATFORM_HOST")]
PORTAL_SCHEME = "https"
PORTAL_PORT = None
LOGGING = configure(level=env.text("LOG_LEVEL", "INFO"))
for _name, _value in env.mail("EMAIL_URL").items():
    globals()[_name] = _value

# Only a proxy of ours may say that the client came by https.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None  # noqa: F405  the star import above
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
STORAGES = files.storages(VAR, static=files.PACKED_STATIC)  # noqa: F405  the star import above

# The content security policy says frame-ancestors on every answer, which is what this header says to old browsers.
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W002"]  # noqa: F405  the star import above
