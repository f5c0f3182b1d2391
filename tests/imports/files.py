"""Files as they come: written to disk, imported by the command that a company runs."""

import io

from django.core.management import CommandError, call_command

from portal.kit.csv_rows import CsvFile


def csv_file(tmp_path, text, name="rows.csv"):
    """A file with this text, or these bytes."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def run(command, tenant, path, *options):
    """(what was printed, whether the exit code is 0)."""
    out = io.StringIO()
    try:
        call_command(command, str(path), "--tenant", tenant.slug, *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


def opened(path, columns, **options):
    """The file for a domain call."""
    return CsvFile(path, columns, **options)
