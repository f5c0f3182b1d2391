"""Tasks, products, services, totals and signature of a work order as a customer meets them (FS-4)."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest

from fieldservice.domain.signatures import sign_work_order
from fieldservice.enums import LineStatus, WorkOrderStatus
from fieldservice.models import WorkOrderIncident, WorkOrderSignature
from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact, make_reviewer, make_web_role
from tests.factories.agreements import make_agreement
from tests.factories.catalog import make_billing_terms, make_product
from tests.factories.fieldservice import (
    make_asset,
    make_incident_type,
    make_product_line,
    make_service_line,
    make_sub_status,
    make_task,
    make_work_order,
)
from tests.factories.invoices import make_draft, make_invoice
from tests.kit.papers import text_of

LIST = "/field-service/work-orders/"
MONEY = re.compile(r"\$|12\.50|25\.00|27\.50|66\.00|60\.00|USD")
SECRETS = ("zz-internal", "zz-notes", "zz-reason", "777.77", "ERP-77")
NOON = dt.datetime(2026, 3, 1, 17, tzinfo=dt.UTC)


@pytest.fixture
def approver(reviewer):
    return make_contact("fs-customer-approver", account=reviewer.account)


@pytest.fixture
def poor(reviewer):
    """A colleague whose role opens the section without its money."""
    contact = make_contact(account=reviewer.account)
    ContactRole.objects.create(contact=contact, role=make_web_role((Section.FIELD_SERVICE, Level.DECIDE)))
    return contact


@pytest.fixture
def see(tenant, client_for):
    """`see(contact, path)`: what the contact gets."""
    return lambda contact, path="", **params: client_for(contact.user, tenant).get(f"{LIST}{path}", params)


@pytest.fixture
def job(reviewer):
    """A work order in progress: two pumps at 12.50 and an hour at 60.00, 10 % tax on both, one part only planned."""
    asset = make_asset(account=reviewer.account, name="Boiler 3")
    work_order = make_work_order(
        account=reviewer.account,
        asset=asset,
        system_status=WorkOrderStatus.IN_PROGRESS,
        internal_notes="zz-notes",
        cancel_reason="zz-reason",
        external_number="ERP-77",
    )
    beside = {
        "internal_description": "zz-internal",
        "unit_cost": Decimal("777.77"),
        "tax_name": "Sales tax",
        "tax_rate": Decimal(10),
    }
    make_product_line(
        work_order,
        description="Pump",
        product=make_product(unit="pcs"),
        quantity=5,
        quantity_to_bill=2,
        unit_price=Decimal("12.50"),
        **beside,
    )
    make_service_line(work_order, description="Labour", minutes=50, unit_price=Decimal(60), **beside)
    planned = {"status": LineStatus.ESTIMATED, "quantity": 0, "quantity_to_bill": 0, "estimate_quantity": 3}
    make_product_line(work_order, description="Valve", **planned, **beside)
    make_task(work_order, name="Bleed radiators", percent_done=40, result="Two of five")
    return work_order


def test_the_detail_shows_contents_and_totals(job, reviewer, see):
    page = see(reviewer, f"{job.pk}/").text
    for text in (
        *("Pump", "2 pcs", "$12.50", "$25.00", "Labour", "1 hour", "$60.00 an hour", "Valve", "3"),
        *("Bleed radiators", "40%", "Two of five", "30 minutes", "Boiler 3", "In Progress"),
        *("Net", "$85.00", "Sales tax 10%", "$8.50", "$93.50", "Estimated total", "$66.00"),
    ):
        assert text in page, text
    assert "5 pcs" not in page


@pytest.mark.parametrize("path", ["", "print/", "pdf/"])
def test_internal_texts_and_cost_reach_nobody(job, reviewer, see, path):
    answer = see(reviewer, f"{job.pk}/{path}")
    text = text_of(answer.content) if path == "pdf/" else answer.text
    assert answer.status_code == 200
    assert "Pump" in text
    assert not [each for each in SECRETS if each in text]


@pytest.mark.parametrize("path", ["", "print/", "pdf/"])
def test_without_the_right_to_money_no_amount_is_shown(job, poor, reviewer, see, path):
    def read(contact):
        answer = see(contact, f"{job.pk}/{path}")
        return text_of(answer.content) if path == "pdf/" else re.sub(r"<script.*?</script>", "", answer.text)

    assert MONEY.search(read(reviewer))
    text = read(poor)
    assert "Pump" in text
    assert "2 pcs" in text
    assert "Bleed radiators" in text
    assert not MONEY.search(text)
    assert "Sales tax" not in text


def test_money_follows_whoever_pays(job, reviewer, see):
    job.billing_account = make_account()
    job.save()
    assert not MONEY.search(see(reviewer, f"{job.pk}/").text)


def test_planned_lines_go_once_the_work_is_done(job, reviewer, see):
    job.system_status = WorkOrderStatus.COMPLETED
    job.save()
    page = see(reviewer, f"{job.pk}/").text
    assert "Pump" in page
    assert "Valve" not in page


def test_an_exempt_payer_pays_no_tax(job, reviewer, see):
    make_billing_terms(reviewer.account, is_tax_exempt=True)
    page = see(reviewer, f"{job.pk}/").text
    assert "Sales tax" not in page
    assert page.count("$85.00") == 2


def test_what_the_agreement_covers_costs_nothing(job, reviewer, see):
    job.products.all().delete()
    job.services.all().update(is_covered=True, unit_price=Decimal("99.99"))
    page = see(reviewer, f"{job.pk}/").text
    assert "Covered by the agreement" in page
    assert "99.99" not in page


def test_relations_are_named_to_those_who_see_them(job, reviewer, see):
    seen = make_agreement(account=reviewer.account)
    job.agreement = seen
    job.save()
    bill = make_invoice(account=reviewer.account, work_order=job)
    page = see(reviewer, f"{job.pk}/").text
    assert f'href="/field-service/agreements/{seen.pk}/"' in page
    assert f'href="/field-service/invoices/{bill.pk}/"' in page
    assert f'href="/field-service/assets/{job.asset_id}/"' in page


def test_relations_that_are_not_seen_leave_no_trace(job, reviewer, see):
    job.agreement = make_agreement(account=reviewer.account, is_exposed=False)
    job.asset = make_asset(account=reviewer.account, name="Hidden boiler", is_exposed=False)
    job.save()
    make_draft(account=reviewer.account, work_order=job)
    WorkOrderIncident.objects.create(work_order=job, incident_type=make_incident_type(), asset=job.asset)
    job.products.update(asset=make_asset(account=reviewer.account, name="Hidden pump", is_exposed=False))
    for path in ("", "print/", "pdf/"):
        answer = see(reviewer, f"{job.pk}/{path}")
        text = text_of(answer.content) if path == "pdf/" else answer.text
        for secret in (job.agreement.number, "Hidden boiler", "Hidden pump", "INV-", "Agreement"):
            # The menu names the section's lists.
            assert secret not in re.sub(r"(?s)<nav.*?</nav>", "", text), secret


def test_further_services_and_their_assets_are_named(job, reviewer, see):
    other = make_asset(account=reviewer.account, name="Boiler 4")
    WorkOrderIncident.objects.create(
        work_order=job, incident_type=make_incident_type(display_name="Yearly check"), asset=other
    )
    make_task(job, name="Sweep", asset=other)
    make_task(job, name="Look", asset=job.asset)
    page = see(reviewer, f"{job.pk}/").text
    assert "Yearly check · Boiler 4" in page
    assert "Boiler 4 · 30 minutes" in page
    assert "Boiler 3 · 30 minutes" not in page


@pytest.mark.parametrize(
    ("status", "is_told"), [(WorkOrderStatus.UNSCHEDULED, True), (WorkOrderStatus.COMPLETED, False)]
)
def test_work_that_is_over_expects_no_visit(reviewer, see, status, is_told):
    work_order = make_work_order(account=reviewer.account, system_status=status)

    page = see(reviewer, f"{work_order.pk}/").text

    assert ("No visit has been planned yet." in page) is is_told


def test_the_company_s_own_word_stands_beside_the_status(job, reviewer, see):
    job.sub_status = make_sub_status(name="Waiting for parts", system_status="in_progress")
    job.window_starts_at, job.window_ends_at = NOON, NOON + dt.timedelta(hours=2)
    job.save()
    page = see(reviewer, f"{job.pk}/").text
    assert "In Progress · Waiting for parts" in page
    assert re.search(r"March 1, 2026, (noon|12 p\.m\.|12:00 PM) – 2", page)


@pytest.mark.parametrize("count", [1, 3])
def test_the_detail_takes_the_same_queries_whatever_it_holds(job, reviewer, browser, django_assert_num_queries, count):
    make_invoice(account=reviewer.account, work_order=job)
    for _number in range(count):
        make_product_line(job, asset=make_asset(account=reviewer.account))
        make_service_line(job)
        make_task(job)
    browser.get(f"{LIST}{job.pk}/")
    # Savepoint, host, settings, session, user, contact with roles, work order, lines, visits' settings, visits, entries,
    # files, release.
    with django_assert_num_queries(13):
        assert browser.get(f"{LIST}{job.pk}/").status_code == 200


def test_foreign_and_hidden_papers_are_not_there(job, see):
    stranger = make_reviewer()
    for path in ("print/", "pdf/", "sign/"):
        assert see(stranger, f"{job.pk}/{path}").status_code == 404


def test_the_pdf_is_a_download_in_the_reader_s_words(job, reviewer, see):
    answer = see(reviewer, f"{job.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{job.number}.pdf"'
    text = text_of(answer.content)
    for words in (f"Work order {job.number}", job.summary, "Pump", "$93.50", "Bleed radiators", reviewer.account.name):
        assert words in text, words


# The export.


def exported(see, contact, **params):
    text = see(contact, "", tab="all", export="csv", **params).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_has_sums_and_agreement(job, reviewer, see):
    job.agreement = make_agreement(account=reviewer.account)
    job.save()
    (row,) = exported(see, reviewer)
    assert (row["Net"], row["Tax"], row["Total"]) == ("85.00", "8.50", "93.50")
    assert (row["Agreement"], row["Asset"]) == (job.agreement.number, "Boiler 3")


def test_the_export_has_no_money_for_those_who_see_none(job, poor, see):
    (row,) = exported(see, poor)
    assert not {"Net", "Tax", "Total"} & set(row)
    assert not MONEY.search(" ".join(row.values()))


def test_the_export_leaves_out_the_money_of_other_payers(job, reviewer, see):
    other = make_work_order(account=reviewer.account, billing_account=make_account())
    make_product_line(other)
    rows = {row["Number"]: row for row in exported(see, reviewer)}
    assert rows[job.number]["Total"] == "93.50"
    assert (rows[other.number]["Net"], rows[other.number]["Total"]) == ("", "")


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_of_the_export_takes_the_same_queries(job, reviewer, see, django_assert_num_queries, count):
    for _number in range(count):
        make_product_line(make_work_order(account=reviewer.account))
    answer = see(reviewer, "", tab="all", export="csv")
    with django_assert_num_queries(8):
        b"".join(answer.streaming_content)


def test_an_agreement_s_number_finds_its_work_orders(job, reviewer, see):
    job.agreement = make_agreement(account=reviewer.account)
    job.save()
    hidden = make_agreement(account=reviewer.account, is_exposed=False)
    make_work_order(account=reviewer.account, agreement=hidden)
    assert job.number in see(reviewer, "", q=job.agreement.number).text
    assert "Nothing matches" in see(reviewer, "", q=hidden.number).text


# The signature.


@pytest.fixture
def done(job):
    job.system_status = WorkOrderStatus.COMPLETED
    job.save()
    return job


def test_an_approver_signs_once(done, approver, tenant, client_for, see):
    browser, page = client_for(approver.user, tenant), f"{LIST}{done.pk}/"
    assert f'href="{page}sign/"' in browser.get(page).text
    assert 'name="name"' in browser.get(f"{page}sign/").text

    assert "required" in browser.post(f"{page}sign/", {"name": "\u202e"}).text
    answer = browser.post(f"{page}sign/", {"name": "\u202eAda Byron\u202c"}, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert "You signed this work order" in answer.text
    assert "Signed by Ada Byron" in answer.text
    assert "sign/" not in answer.text
    again = browser.post(f"{page}sign/", {"name": "Another"})
    assert (again.status_code, "signed already" in again.text) == (409, True)
    with tenant_scope(tenant):
        kept = WorkOrderSignature.objects.get()
        assert (kept.name, kept.contact_id) == ("Ada Byron", approver.pk)
    assert "Signed by Ada Byron" in see(approver, f"{done.pk}/print/").text
    assert "Signed by Ada Byron" in text_of(see(approver, f"{done.pk}/pdf/").content)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_signature_without_a_fitting_name_is_refused_beside_the_field(done, approver, tenant, client_for, name):
    answer = client_for(approver.user, tenant).post(f"{LIST}{done.pk}/sign/", {"name": name})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert name.strip() in answer.text
    with tenant_scope(tenant):
        assert not WorkOrderSignature.objects.exists()


def test_a_reviewer_reads_why_not(done, reviewer, tenant, client_for):
    browser, page = client_for(reviewer.user, tenant), f"{LIST}{done.pk}/"
    assert "not sign them" in browser.get(page).text
    assert f'href="{page}sign/"' not in browser.get(page).text
    for answer in (browser.get(f"{page}sign/"), browser.post(f"{page}sign/", {"name": "Ada"})):
        assert answer.status_code == 403
        assert "not sign them" in answer.text
    with tenant_scope(tenant):
        assert not WorkOrderSignature.objects.exists()


def test_what_is_not_done_is_not_signed(job, approver, tenant, client_for):
    browser, page = client_for(approver.user, tenant), f"{LIST}{job.pk}/"
    assert "Please sign" not in browser.get(page).text
    assert browser.post(f"{page}sign/", {"name": "Ada"}).status_code == 403


def test_a_signature_is_text(done, approver, see):
    sign_work_order(done, approver, name="<script>alert(1)</script>")
    assert "<script>alert" not in see(approver, f"{done.pk}/").text


# Once more.


def booker(account, *, level=Level.DECIDE):
    contact = make_contact(account=account)
    sections = ((Section.FIELD_SERVICE, Level.DECIDE), (Section.SCHEDULING, level))
    ContactRole.objects.create(contact=contact, role=make_web_role(*sections))
    return contact


def test_the_same_service_is_booked_again_for_the_same_asset(job, reviewer, see):
    page = see(booker(reviewer.account), f"{job.pk}/").text
    assert f"/appointments/book/?asset={job.asset_id}&amp;service={job.incident_type_id}" in page


def test_whoever_may_not_book_reads_why(job, reviewer, see):
    page = see(booker(reviewer.account, level=Level.READ), f"{job.pk}/").text
    assert "/appointments/book/?asset" not in page
    assert "not book them" in page


def test_without_the_section_or_the_asset_nothing_is_offered(job, reviewer, see):
    assert "Book again" in see(booker(reviewer.account), f"{job.pk}/").text
    plain = make_contact(account=reviewer.account)
    ContactRole.objects.create(contact=plain, role=make_web_role((Section.FIELD_SERVICE, Level.DECIDE)))
    assert "Book again" not in see(plain, f"{job.pk}/").text
    job.asset.is_exposed = False
    job.asset.save()
    assert "Book again" not in see(booker(reviewer.account), f"{job.pk}/").text
