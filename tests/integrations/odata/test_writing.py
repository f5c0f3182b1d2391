"""One change at a time: versions, records that are there already or not, what the service refuses and why (INT-2)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from integrations.odata.errors import Conflict, Gone, Refused
from tests.integrations.odata.records import CUSTOMERS, LINES, customer, customer_key, line, line_key

pytestmark = pytest.mark.erp
INVOICES = "CDSFreeTextInvoiceHeaders"


def done(erp) -> list[tuple]:
    return [(each["action"], each["record"]) for each in erp.effects()]


def test_a_new_record_is_told_with_its_version(erp, service):
    row = service.insert(CUSTOMERS, customer(AddressLatitude=Decimal("47.4"), CustomServiceLevel="gold"))
    assert row.values["AddressLatitude"] == Decimal("47.400000")
    assert row.values["CustomServiceLevel"] == "gold"
    assert row.etag == service.get(CUSTOMERS, customer_key("C-1")).etag
    assert done(erp) == [("CREATE", "usmf|C-1")]


def test_a_record_is_made_once(erp, service):
    service.insert(CUSTOMERS, customer())
    with pytest.raises(Conflict):
        service.insert(CUSTOMERS, customer())
    assert done(erp) == [("CREATE", "usmf|C-1")]


def test_only_the_version_that_was_seen_is_changed(erp, service):
    seen = service.insert(CUSTOMERS, customer())
    changed = service.update(CUSTOMERS, customer_key("C-1"), {"LanguageId": "de"}, seen.etag)
    assert changed.etag not in (seen.etag, None)
    with pytest.raises(Conflict) as refused:
        service.update(CUSTOMERS, customer_key("C-1"), {"LanguageId": "fr"}, seen.etag)
    assert refused.value.status == 412
    assert service.get(CUSTOMERS, customer_key("C-1")).values["LanguageId"] == "de"
    assert len(done(erp)) == 2


def test_without_a_version_any_is_changed(service):
    service.insert(CUSTOMERS, customer())
    for language in ("de", "fr"):
        row = service.update(CUSTOMERS, customer_key("C-1"), {"LanguageId": language})
    assert row.values["LanguageId"] == "fr"


@pytest.mark.parametrize(("entity_set", "key"), [(CUSTOMERS, customer_key("C-1")), (LINES, line_key(1))])
def test_an_update_makes_no_record(erp, service, entity_set, key):
    with pytest.raises(Gone):
        service.update(entity_set, key, {"SiteId": "1"} if entity_set == CUSTOMERS else {"ShippingSiteId": "1"})
    assert done(erp) == []


@pytest.mark.parametrize(("entity_set", "new"), [(CUSTOMERS, customer()), (LINES, line(1))], ids=["versions", "none"])
def test_an_upsert_makes_the_record_or_changes_it(erp, service, entity_set, new):
    key = customer_key("C-1") if entity_set == CUSTOMERS else line_key(1)
    name = "OrganizationName" if entity_set == CUSTOMERS else "LineDescription"
    values = {each: value for each, value in new.items() if each not in key}
    for text in ("first", "second"):
        assert service.upsert(entity_set, key, {**values, name: text}).values[name] == text
    assert [action for action, _record in done(erp)] == ["CREATE", "UPDATE"]


def test_a_record_is_taken_away_once(erp, service):
    seen = service.insert(CUSTOMERS, customer())
    service.update(CUSTOMERS, customer_key("C-1"), {"LanguageId": "de"}, seen.etag)
    with pytest.raises(Conflict):
        service.delete(CUSTOMERS, customer_key("C-1"), seen.etag)
    service.delete(CUSTOMERS, customer_key("C-1"))
    with pytest.raises(Gone):
        service.delete(CUSTOMERS, customer_key("C-1"))
    assert [action for action, _record in done(erp)] == ["CREATE", "UPDATE", "DELETE"]


@pytest.mark.parametrize(
    ("values", "target"),
    [
        ({"OrganizationName": None}, "OrganizationName"),
        ({"CustomerAccount": "C" * 21}, "CustomerAccount"),
        ({"LanguageId": "de-CH-1996"}, "LanguageId"),
        ({"IsExternallyMaintained": "Perhaps"}, "IsExternallyMaintained"),
        ({"AddressLatitude": "north"}, "AddressLatitude"),
    ],
)
def test_what_is_refused_is_told_with_its_field(erp, service, values, target):
    with pytest.raises(Refused) as refused:
        service.insert(CUSTOMERS, customer() | values)
    assert refused.value.target == target
    assert refused.value.status == 400
    assert refused.value.message
    assert not isinstance(refused.value, (Conflict, Gone))
    assert done(erp) == []


def test_two_reasons_are_both_told(service):
    with pytest.raises(Refused) as refused:
        service.insert(CUSTOMERS, customer("C" * 21, OrganizationName=None))
    assert "Value is required" in refused.value.message
    assert "is not a valid String(20)" in refused.value.message


def test_a_field_that_is_not_there_is_refused(service):
    with pytest.raises(Refused, match="CustomColour"):
        service.insert(CUSTOMERS, customer(CustomColour="red"))


def test_an_action_of_the_service(erp, service):
    key = {"dataAreaId": "usmf", "ExternalInvoiceId": "I-1"}
    values = {"CustomerAccount": "C-1", "InvoiceDate": datetime(2026, 5, 1, 12, tzinfo=UTC)}
    service.insert(INVOICES, {**key, **values})
    assert service.invoke("PostFreeTextInvoice", key)["value"] == "Completed"
    with pytest.raises(Refused, match="posted") as refused:
        service.update(INVOICES, key, {"InvoiceName": "too late"})
    assert refused.value.target == "InvoiceStatus"
    with pytest.raises(Gone):
        service.invoke("PostFreeTextInvoice", {**key, "ExternalInvoiceId": "I-2"})
    assert service.get(INVOICES, key).values["InvoiceDate"] == values["InvoiceDate"]


@pytest.mark.parametrize("action", ["Post/../x", "Post Invoice", "", "a.b(c)"])
def test_an_action_has_a_name(service, action):
    with pytest.raises(ValueError, match="no name"):
        service.invoke(action, {})
