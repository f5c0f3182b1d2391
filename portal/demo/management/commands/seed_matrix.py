"""Fill two companies with canaries and everybody who may look, and print the map as JSON (SECURITY 42)."""

import json

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.demo.matrix.world import build_world
from portal.tenancy.models import Tenant, TenantHost

PASSWORD = "callout-matrix-2026"  # noqa: S105  printed by the command, refused outside the embedded servers
SLUGS = ("matrix", "matrix-other")


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Make the companies matrix and matrix-other with every kind of record, state and person; print them as JSON."

    def add_arguments(self, parser):
        parser.add_argument(
            "--with-known-passwords", action="store_true", help=_("also where the servers are not the embedded ones")
        )

    def handle(self, *args, **options):
        if not (settings.CALLOUT_EMBEDDED or options["with_known_passwords"]):
            raise CommandError(
                _("The passwords are known to everybody. Use --with-known-passwords if you really mean it.")
            )
        if Tenant.objects.filter(slug__in=SLUGS).exists():
            raise CommandError(_("The companies are there already. Begin with an empty database to make them again."))
        tenants = [open_company(slug) for slug in SLUGS]
        world = build_world(*tenants, password=make_password(PASSWORD))
        self.stdout.write(json.dumps(world.as_json(tenants, PASSWORD), indent=2, ensure_ascii=False))


def open_company(slug: str) -> Tenant:
    """A company with its host."""
    tenant = Tenant.objects.create(slug=slug, name=slug.replace("-", " ").title(), time_zone="America/New_York")
    TenantHost.objects.create(host=f"{slug}.localhost", tenant=tenant, is_primary=True)
    return tenant
