"""`manage.py routes`: every path, its methods, object and rule."""

import json

from django.core.management.base import BaseCommand

from portal.web.routes import routes


class Command(BaseCommand):
    help = "List every path with its methods, object type and access rule."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args, **options):
        found = [route.as_dict() for route in routes()]
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
            return
        for each in found:
            methods = ",".join(each["methods"])
            self.stdout.write(f"{each['pattern']:60} {methods:16} {each['rule'] or 'UNDECLARED'}")
