"""What other processes of a test run by: the test settings, with mail that really leaves."""

from portal.settings.test import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# Seconds, for a slow machine: a mail server that is away is refused at once.
EMAIL_TIMEOUT = 60
