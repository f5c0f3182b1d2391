"""Partners of the programme and opportunities by file: lists, second runs, what is refused (OPS-4, PRT-1, PRT-2)."""

from decimal import Decimal

import pytest

from partners.domain.closing import drop
from partners.domain.history import SYSTEM
from partners.domain.opportunity_imports import COLUMNS as OPPORTUNITY_COLUMNS
from partners.domain.partner_imports import COLUMNS as PARTNER_COLUMNS
from partners.models import Opportunity, OpportunityEvent, PartnerProgramme
from portal.accounts.enums import AccountKind
from portal.tenancy.scope import tenant_scope
from tests.factories import catalog
from tests.factories.accounts import make_account, make_contact
from tests.factories.geo import make_territory
from tests.factories.partners import make_lead_type
from tests.imports.files import csv_file, run

PARTNERS = "account_number,capacity,territories,lead_types,product_codes"
OPPORTUNITIES = "external_number,topic,prospect_name,city,postal_code,country,latitude,longitude,product_codes"
LOFTS = "X1,Two lifts,Lofts,New York,10001,US,40.7,-74.0,LIFT"


@pytest.fixture
def company(tenant):
    """A partner account, territories, a lead type and two products."""
    with tenant_scope(tenant):
        make_account(number="P1", kind=AccountKind.PARTNER)
        make_account(number="C1")
        make_territory("1", name="North")
        make_territory("2", name="South")
        make_lead_type(name="Repair")
        for code in ("LIFT", "ROPE"):
            catalog.make_product(code=code)
    return tenant


@pytest.fixture
def partners(company, tmp_path):
    return lambda text, *options: run("import_partners", company, csv_file(tmp_path, text), *options)


@pytest.fixture
def opportunities(company, tmp_path):
    return lambda text, *options: run("import_opportunities", company, csv_file(tmp_path, text), *options)


def rows(*lines, head):
    return "\n".join([head, *lines]) + "\n"


def covered(programme):
    return (
        {str(each) for each in programme.territories.all()},
        {str(each) for each in programme.lead_types.all()},
        {each.product.code for each in programme.products.all()},
    )


def test_a_partner_comes_with_its_lists(partners, company):
    output, is_clean = partners(rows("P1,7,North; South,Repair,LIFT;ROPE", head=PARTNERS))
    assert is_clean, output
    with tenant_scope(company):
        programme = PartnerProgramme.objects.get()
        assert (programme.capacity, programme.membership, programme.is_active) == (7, "member", True)
        assert covered(programme) == ({"North", "South"}, {"Repair"}, {"LIFT", "ROPE"})


def test_the_same_partners_again_change_nothing_and_a_list_is_the_whole_list(partners, company):
    text = rows("P1,7,North;South,Repair,LIFT", head=PARTNERS)
    partners(text)
    output, is_clean = partners(text)
    assert is_clean
    assert "0 created, 0 updated, 1 unchanged" in output
    output, _is_clean = partners(rows("P1,South", head="account_number,territories"))
    assert "1 updated" in output
    with tenant_scope(company):
        assert covered(PartnerProgramme.objects.get()) == ({"South"}, {"Repair"}, {"LIFT"})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("C1,5,,,", "This account is no partner"),
        ("P9,5,,,", "no account with the number “P9”"),
        ("P1,5,West,,", "no territory “West”"),
        ("P1,5,,Wishes,", "no lead type “Wishes”"),
        ("P1,5,,,GOLD", "no product “GOLD”"),
        ("P1,1001,,,", "At most 1000"),
    ],
)
def test_a_partner_that_cannot_be_is_told(partners, company, line, told):
    output, is_clean = partners(rows(line, head=PARTNERS))
    assert not is_clean
    assert told in output
    with tenant_scope(company):
        assert not PartnerProgramme.objects.exists()


def test_a_range_that_ends_before_it_begins_is_refused(partners, company):
    output, is_clean = partners(rows("P1,900,100", head="account_number,minimum_revenue,maximum_revenue"))
    assert not is_clean
    assert "ends after it begins" in output


def test_an_opportunity_comes_with_address_and_products_and_is_with_nobody(opportunities, company):
    output, is_clean = opportunities(rows(LOFTS, head=OPPORTUNITIES))
    assert is_clean, output
    with tenant_scope(company):
        made = Opportunity.objects.get()
        assert (made.number[:4], made.external_number, made.status, made.partner) == ("OPP-", "X1", "in_progress", None)
        assert (made.place.territory.name, made.currency) == ("North", company.currency)
        assert [each.product.code for each in made.products.all()] == ["LIFT"]
        assert OpportunityEvent.objects.get().kind == "created"


def test_everything_a_row_may_say_of_an_opportunity(opportunities, company):
    with tenant_scope(company):
        customer = make_account(number="C2")
        contact = make_contact("fs-customer-approver", account=customer, email="lee@c2.example")
    columns = {
        "number": "O-9",
        "topic": "Two lifts",
        "customer_number": "C2",
        "contact_email": "lee@c2.example",
        "prospect_name": "Lofts",
        "prospect_person": "Kim",
        "prospect_email": "kim@lofts.example",
        "prospect_phone": "+1 212 555 0100",
        "line1": "1 Mill Street",
        "line2": "Roof",
        "city": "New York",
        "region": "NY",
        "postal_code": "10001",
        "country": "US",
        "latitude": "40.7",
        "longitude": "-74.0",
        "time_zone": "America/New_York",
        "situation": "Old lifts",
        "need": "New ones",
        "solution": "Ours",
        "internal_notes": "Hot",
        "lead_type": "Repair",
        "product_codes": "LIFT;ROPE",
        "estimated_revenue": "12000.50",
        "estimated_close_date": "2027-01-31",
        "is_ready": "yes",
    }
    assert set(columns) == {each.name for each in OPPORTUNITY_COLUMNS} - {"external_number"}
    output, is_clean = opportunities(rows(",".join(columns.values()), head=",".join(columns)))
    assert is_clean, output
    with tenant_scope(company):
        made = Opportunity.objects.get()
        assert (made.number, made.customer, made.contact, made.is_ready) == ("O-9", customer, contact, True)
        assert (made.estimated_revenue, made.lead_type.name) == (Decimal("12000.500"), "Repair")
        assert (made.situation, made.need, made.solution, made.internal_notes) == (
            "Old lifts",
            "New ones",
            "Ours",
            "Hot",
        )


def test_the_same_opportunities_again_change_nothing(opportunities, company):
    text = rows(LOFTS, head=OPPORTUNITIES)
    opportunities(text)
    output, is_clean = opportunities(text)
    assert is_clean
    assert "0 created, 0 updated, 1 unchanged" in output
    output, is_clean = opportunities(rows("X1,Three lifts,Broadway", head="external_number,topic,prospect_name"))
    assert is_clean
    assert "1 updated" in output
    with tenant_scope(company):
        made = Opportunity.objects.get()
        assert (made.topic, made.prospect_name, made.place.postal_code) == ("Three lifts", "Broadway", "10001")


@pytest.mark.parametrize(
    ("head", "line", "told"),
    [
        ("external_number,topic", "X1,Two lifts", "name the prospect"),
        ("topic,prospect_name", "Two lifts,Lofts", "Give the number"),
        ("external_number,topic,customer_number", "X1,Two lifts,C9", "no account with the number “C9”"),
        ("external_number,topic,customer_number,contact_email", "X1,Lift,C1,no@body.example", "no contact with this"),
        ("external_number,topic,prospect_name,lead_type", "X1,Lift,Lofts,Wish", "no lead type “Wish”"),
        ("external_number,topic,prospect_name,product_codes", "X1,Lift,Lofts,GOLD", "no product “GOLD”"),
    ],
)
def test_an_opportunity_that_cannot_be_is_told(opportunities, company, head, line, told):
    output, is_clean = opportunities(rows(line, head=head))
    assert not is_clean
    assert told in output
    with tenant_scope(company):
        assert not Opportunity.objects.exists()


def test_a_closed_opportunity_stays_as_it_is(opportunities, company):
    opportunities(rows(LOFTS, head=OPPORTUNITIES))
    with tenant_scope(company):
        drop(Opportunity.objects.get(), by=SYSTEM)
    output, is_clean = opportunities(rows("X1,Three lifts", head="external_number,topic"))
    assert not is_clean
    assert "This opportunity is closed" in output


def test_all_columns_of_partners_are_known(partners, company):
    columns = {
        "account_number": "P1",
        "membership": "candidate",
        "since_date": "2025-02-01",
        "is_active": "no",
        "capacity": "9",
        "minimum_revenue": "100",
        "maximum_revenue": "900",
        "territories": "North",
        "lead_types": "Repair",
        "product_codes": "ROPE",
    }
    assert set(columns) == {each.name for each in PARTNER_COLUMNS}
    output, is_clean = partners(rows(",".join(columns.values()), head=",".join(columns)))
    assert is_clean, output
    with tenant_scope(company):
        programme = PartnerProgramme.objects.get()
        assert (programme.membership, programme.is_active, programme.capacity) == ("candidate", False, 9)
        assert (programme.minimum_revenue, programme.maximum_revenue) == (100, 900)
