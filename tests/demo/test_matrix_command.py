"""`seed_matrix`: the world of the access matrix for testers from outside (SECURITY 42)."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

pytestmark = pytest.mark.django_db


@override_settings(CALLOUT_EMBEDDED=True)
def test_the_map_names_companies_people_records_and_texts():
    told = StringIO()
    call_command("seed_matrix", stdout=told)
    found = json.loads(told.getvalue())
    assert found["tenants"] == {"matrix": ["matrix.localhost"], "matrix-other": ["matrix-other.localhost"]}
    assert found["principals"]["reviewer"]["login"]["email"] == "reviewer@matrix.example"
    invoices = {found["objects"][state]["fieldservice.invoice"] for state in found["objects"] if state != "missing"}
    assert len(invoices) == 6
    with tenant_scope(Tenant.objects.get(slug="matrix")):
        token, canary = next(each for each in found["canaries"].items() if each[1]["what"].startswith("asset: name"))
        assert canary["audience"] == "contacts of the account with a web role"
        assert token.startswith("zq")
    with pytest.raises(CommandError, match="there already"):
        call_command("seed_matrix", stdout=told)


@override_settings(CALLOUT_EMBEDDED=False)
def test_known_passwords_are_for_embedded_servers_only():
    with pytest.raises(CommandError):
        call_command("seed_matrix")
    assert not Tenant.objects.filter(slug="matrix").exists()
