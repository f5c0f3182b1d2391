"""Fill the demo tenants."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.demo.seeding import seed


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Fill or complete the demo tenants harbor, meridian and waha; a second run changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help=_("import the files even if they are in already"))
        parser.add_argument(
            "--with-known-passwords", action="store_true", help=_("also where the servers are not the embedded ones")
        )

    def handle(self, *args, **options):
        if not (settings.CALLOUT_EMBEDDED or options["with_known_passwords"]):
            raise CommandError(
                _("The demo's passwords are known to everybody. Use --with-known-passwords if you really mean it.")
            )
        seed(self.stdout.write, again=options["again"])
        self.stdout.write(_("The demo is ready."))
