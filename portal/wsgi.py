"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from portal.kit.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()
settle()
