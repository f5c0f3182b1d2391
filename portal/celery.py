"""The Celery application. Celery only makes work fast: every task's work is a row that a sweep finds (DESIGN.md D5)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

app = Celery("callout")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
