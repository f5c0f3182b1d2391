"""The suite: real PostgreSQL and Redis, quick password hashes, nothing that hides a mistake."""

from portal.settings import env
from portal.settings.base import *  # noqa: F403
from portal.settings.logging import configure

# Test processes side by side never share a broker or a cache.
REDIS_URL = env.redis_of_test_process("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {**CACHES["default"], "LOCATION": REDIS_URL}}  # noqa: F405
SECRET_KEY = "insecure-test-key-that-production-refuses"  # noqa: S105
LOGGING = configure(level="ERROR")
# Django's own level stands below that: thousands of refusals that tests ask for would be put in words.
LOGGING["loggers"]["django"] = {"level": "ERROR"}
CALLOUT_EMBEDDED = True
DATABASES = {"default": env.database("DATABASE_URL", pool_size=0)}
# A machine that is slow is no mistake: these limits are ten times those of the portal.
DATABASES["default"]["OPTIONS"]["options"] = (
    "-c statement_timeout=300000 -c lock_timeout=80000 -c idle_in_transaction_session_timeout=600000"
)
DATABASE_OWNER = env.database("DATABASE_OWNER_URL", pool_size=0)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False
FAULTS_ALLOWED = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
