#!/usr/bin/env python
"""Django's command line, with the development settings unless others are named."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        hint = "On the servers of make run: .venv/bin/python -m portal.embedded exec -- .venv/bin/python manage.py"
        sys.exit(f"{error}\n{hint} {' '.join(sys.argv[1:])}")
