"""ASGI entry point."""

import os

import django

from portal.kit.asgi import PooledHandler
from portal.kit.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

django.setup(set_prefix=False)
application = PooledHandler()
settle()
