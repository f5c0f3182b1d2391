"""The composition root as an app: whatever starts Django has the Celery application, so that tasks find their broker."""

from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"

    def ready(self):
        import_module("portal.celery")
