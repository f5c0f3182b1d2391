"""One request is one transaction: what it wrote before it failed is undone (TEN-1, D2)."""

import pytest
from django.http import Http404, HttpResponse

from portal.accounts.models import Account
from portal.tenancy.middleware import TenantMiddleware
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account


@pytest.mark.parametrize(
    ("status", "fails", "kept"), [(200, False, 1), (404, False, 1), (404, True, 0), (500, False, 0), (200, True, 0)]
)
def test_what_a_request_wrote_is_kept_only_when_it_went_well(rf, tenant, status, fails, kept):
    def answer(request):
        make_account()
        if fails:
            door.process_exception(request, Http404())
        # The page that says so may still read.
        assert Account.objects.count() == 1
        return HttpResponse(status=status)

    door = TenantMiddleware(answer)
    door(rf.get("/", headers={"host": "acme.localhost"}))

    with tenant_scope(tenant):
        assert Account.objects.count() == kept
