"""The base of the import commands: opens the tenant, reads the options, prints the report (OPS-4)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.domain.importing import Mode
from portal.kit.csv_cells import Column
from portal.kit.csv_rows import CsvFile, FileRefused, Report
from portal.tenancy.models import Tenant
from portal.tenancy.scope import named_scope


class ImportCommand(BaseCommand):
    """`manage.py import_… --tenant SLUG FILE [--dry-run] [--strict] [--map heading=field …] [--set field=value …]`."""

    columns: Sequence[Column]
    verb: Callable[..., Report]

    def add_arguments(self, parser):
        fields = ", ".join(column.name + ("*" if column.is_required else "") for column in self.columns)
        parser.epilog = _("Fields (* needed): %(fields)s.") % {"fields": fields}
        parser.add_argument("file", type=Path, help=_("CSV in UTF-8, may be gzipped"))
        parser.add_argument("--tenant", required=True, metavar="SLUG", help=_("the company's short name"))
        parser.add_argument("--dry-run", action="store_true", help=_("tell what would happen, write nothing"))
        parser.add_argument("--strict", action="store_true", help=_("write nothing if any row has an error"))
        parser.add_argument(
            "--map", nargs="+", action="extend", default=[], metavar="HEADING=FIELD", help=_("rename a column")
        )
        parser.add_argument(
            "--set", nargs="+", action="extend", default=[], metavar="FIELD=VALUE", help=_("the same for every row")
        )

    def handle(self, *args, **options):
        tenant = Tenant.objects.filter(slug=options["tenant"]).order_by("pk").first()
        if tenant is None:
            raise CommandError(_("There is no company “%(slug)s”.") % {"slug": options["tenant"]})
        mode = Mode.DRY_RUN if options["dry_run"] else Mode.STRICT if options["strict"] else Mode.WRITE
        try:
            file = CsvFile(
                options["file"],
                self.columns,
                mapping=pairs("--map", options["map"]),
                constants=pairs("--set", options["set"]),
            )
            with named_scope(tenant):
                report = type(self).verb(file, mode=mode)
        except FileRefused as refused:
            raise CommandError(str(refused)) from refused
        self.tell(report, mode)

    def tell(self, report: Report, mode: Mode) -> None:
        """Print the report; rows with errors end the command with exit code 1."""
        if report.ignored_columns:
            self.stdout.write(_("Ignored columns: %(names)s") % {"names": ", ".join(report.ignored_columns)})
        for error in report.errors:
            where = _("Row %(row)d, %(column)s") if error.column else _("Row %(row)d")
            self.stdout.write(f"{where % {'row': error.row, 'column': error.column}}: {error.sentence}")
        if hidden := report.error_count - len(report.errors):
            self.stdout.write(ngettext("… and %(count)d more", "… and %(count)d more", hidden) % {"count": hidden})
        self.stdout.write(
            _("%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(errors)d errors") % figures(report)
        )
        if not report.is_written:
            self.stdout.write(_("Nothing was written: dry run.") if mode is Mode.DRY_RUN else _("Nothing was written."))
        if not report.is_clean:
            raise CommandError(
                _("Correct the rows above and import the file again; rows that are in stay as they are.")
            )


def figures(report: Report) -> dict[str, Any]:
    """The counts of a report, by name."""
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "errors": report.error_count,
    }


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """`left=right` words as a dictionary."""
    found = {}
    for word in given:
        left, sign, right = word.partition("=")
        if not sign or not left:
            raise CommandError(_("%(option)s takes left=right, not “%(word)s”.") % {"option": option, "word": word})
        found[left] = right
    return found
