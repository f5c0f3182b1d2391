"""`make run`: embedded servers, plain HTTP on loopback."""

from portal.settings import env
from portal.settings.base import *  # noqa: F403
from portal.settings.logging import configure

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "insecure-development-key-that-production-refuses")
LOGGING = configure()
CALLOUT_EMBEDDED = env.flag("CALLOUT_EMBEDDED", default=True)
OUTGOING_TO_PRIVATE = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300
