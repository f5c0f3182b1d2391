"""Deliver what is due without Celery and Redis: a mail keeps going out while the broker is down."""

import time

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from notifications.tasks import SWEEP_SECONDS, sweep_all


class Command(BaseCommand):
    """One sweep, or one every so many seconds until the process ends."""

    help = "Send every message that is due. Safe beside workers and other sweeps."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, metavar="SECONDS", help="sweep again and again, with this pause")

    def handle(self, *, every, **options):
        self.sweep(is_forever=every is not None)
        while every is not None:
            time.sleep(every)
            self.sweep(is_forever=True)

    def sweep(self, *, is_forever: bool) -> None:
        """One sweep; a database that is away is asked again later when sweeping forever."""
        try:
            attempts = sweep_all(seconds=SWEEP_SECONDS)
        except OperationalError as error:
            connection.close()
            if not is_forever:
                raise
            self.stderr.write(type(error).__name__)
        else:
            if attempts or not is_forever:
                self.stdout.write(_("Attempts: %(count)s") % {"count": attempts})
