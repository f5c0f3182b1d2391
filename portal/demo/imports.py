"""Fill a company by the import commands, from real files where they are, else from our own small ones."""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from portal.audit.domain import record
from portal.audit.models import AuditEntry
from portal.demo import requests
from portal.demo.catalogs import DATA
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

FILLED = "demo.fill"


def real_requests() -> Path | None:
    """The table of real requests, when the folder CALLOUT_DATA, or ../shared/data beside the checkout, holds it."""
    named = os.environ.get("CALLOUT_DATA")
    folder = Path(named) if named else settings.BASE_DIR.parent / "shared" / "data"
    source = folder / requests.SOURCE
    return source if source.is_file() else None


def source_of(tenant: Tenant) -> Path | None:
    """The real table behind this company, None for those that are invented whole."""
    return real_requests() if tenant.slug == "harbor" else None


def is_filled(tenant: Tenant) -> bool:
    """Whether the same files were imported before."""
    with tenant_scope(tenant):
        return AuditEntry.objects.filter(action=FILLED, after__digest=digest_of(tenant)).exists()


def note_filled(tenant: Tenant) -> None:
    """Remember that these files are in."""
    with tenant_scope(tenant):
        record(None, FILLED, tenant, after={"digest": digest_of(tenant)})


def digest_of(tenant: Tenant) -> str:
    """The contents of all files that fill the company."""
    source = source_of(tenant)
    files = [*sorted((DATA / tenant.slug).glob("*.csv")), *([source] if source else [])]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def import_tables(tenant: Tenant, names: Iterable[str]) -> list[str]:
    """Run an import command for each of the tables; the last line of each report."""
    with tempfile.TemporaryDirectory(prefix="callout-demo-") as folder:
        source = source_of(tenant)
        real = requests.convert(source, Path(folder), tenant.created_at.date()) if source else {}
        return [import_table(tenant, name, real.get(name) or own_table(tenant, name, Path(folder))) for name in names]


def own_table(tenant: Tenant, name: str, folder: Path) -> Path:
    """Our own file; work orders are moved close to the day on which the company was set up."""
    file = DATA / tenant.slug / f"{name}.csv"
    return requests.freshened(file, folder, tenant.created_at.date()) if name == "work_orders" else file


def import_table(tenant: Tenant, name: str, file: Path) -> str:
    """Import one file as `manage.py import_NAME --tenant SLUG FILE --strict` does."""
    printed = io.StringIO()
    zone = f"time_zone={tenant.time_zone}"
    call_command(f"import_{name}", str(file), "--tenant", tenant.slug, "--strict", "--set", zone, stdout=printed)
    return f"{name}: {printed.getvalue().strip().splitlines()[-1]}"
