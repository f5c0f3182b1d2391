"""The partner programme in the admin: opportunities given on and ended, the whole table, settings and their trial (PRT-1, PRT-3, PRT-5)."""

import csv
import io

import pytest
from django.urls import reverse

from partners.domain.deliveries import accept
from partners.domain.distribution import distribute
from partners.domain.history import SYSTEM
from partners.domain.progress import advance, lose
from partners.domain.registration import register_deal
from partners.domain.tables import table_of
from partners.enums import Phase
from partners.models import (
    Collaborator,
    DealRegistration,
    Delivery,
    DistributionRun,
    Opportunity,
    OpportunityEvent,
    PartnerSettings,
)
from partners.words import points_text
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories import catalog
from tests.factories.accounts import make_account
from tests.factories.partners import (
    acting,
    make_accepted,
    make_delivery,
    make_lead_type,
    make_member,
    make_opportunity,
    make_own,
    make_partner,
    make_partner_settings,
)

PRODUCTS = "products"
GOOD = {"delivered": 10, "accepted": 10, "won": 8, "closed": 8, "feedback": 8, "days": 16.0}
POOR = {"delivered": 10, "accepted": 4, "returned": 4}
WEIGHTS = {
    "distance": "-0.005",
    "win_rate": "2.5",
    "return_rate": "-2.5",
    "feedback_rate": "2.5",
    "stall_rate": "-2.5",
    "touch_rate": "2.5",
    "days_to_close": "-0.25",
}
DEADLINES = {
    "is_automatic": "on",
    "expiry_hours": "72",
    "reminder_hours": "24",
    "maximum_deliveries": "5",
    "stalled_days": "14",
    "overdue_days": "30",
    "feedback_days": "14",
}


@pytest.fixture
def in_company(tenant):
    with tenant_scope(tenant):
        yield tenant


def page(obj, verb="change"):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{verb}", args=[obj.pk])


def management(names=(PRODUCTS,), **fields):
    return {f"{name}-{key}": "0" for name in names for key in ("TOTAL_FORMS", "INITIAL_FORMS")} | fields


def inlines(answer):
    """What the page's inlines send back as they are."""
    return {
        f"{each.formset.prefix}-{key}": value
        for each in answer.context["inline_admin_formsets"]
        for key, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
    }


def settings_of(**changed):
    return {f"weight_{name}": value for name, value in {**WEIGHTS, **changed}.items()} | DEADLINES


def fresh(opportunity):
    return Opportunity.objects.get(pk=opportunity.pk)


# Opportunities.


def test_staff_create_an_opportunity_with_products_and_write_it_again(browser, in_company):
    customer, lift, drive = make_account(), catalog.make_product(), catalog.make_product()
    lead = make_lead_type()
    content = {"topic": "Two lifts", "customer": customer.pk, "lead_type": lead.pk, "estimated_revenue": "12000"}
    fields = content | {
        "internal_notes": "Ask for Ms Lee",
        **management(**{f"{PRODUCTS}-TOTAL_FORMS": "2"}),
        f"{PRODUCTS}-0-product": lift.pk,
        f"{PRODUCTS}-1-product": drive.pk,
    }
    answer = browser.post(reverse("admin:partners_opportunity_add"), fields)
    assert answer.status_code == 302, answer.context["errors"]
    made = Opportunity.objects.get()
    assert (made.topic, made.customer, made.internal_notes) == ("Two lifts", customer, "Ask for Ms Lee")
    assert made.number.startswith("OPP-")
    assert {each.product for each in made.products.all()} == {lift, drive}
    shown = browser.get(page(made))
    kept = {"internal_notes": "Ask for Ms Lee", "seen_status": made.status}
    again = content | {"topic": "Three lifts"} | kept | inlines(shown)
    assert browser.post(page(made), again).status_code == 302
    assert fresh(made).topic == "Three lifts"
    actions = AuditEntry.objects.filter(object_id=str(made.pk)).order_by("at", "pk").values_list("action", flat=True)
    assert list(actions) == ["opportunity.create", "opportunity.write"]


def test_a_prospect_has_a_name_and_a_contact_belongs_to_the_customer(browser, in_company):
    add = reverse("admin:partners_opportunity_add")
    answer = browser.post(add, {"topic": "Two lifts"} | management())
    assert "prospect_name" in answer.context["adminform"].form.errors
    contact = make_member(make_partner())
    fields = {"topic": "Two lifts", "customer": make_account().pk, "contact": contact.pk}
    answer = browser.post(add, fields | management())
    assert "contact" in answer.context["adminform"].form.errors
    assert not Opportunity.objects.exists()


def test_a_form_that_was_opened_before_the_status_changed_is_refused(browser, in_company):
    opportunity = make_opportunity(topic="Before")
    shown = browser.get(page(opportunity))
    make_delivery(opportunity=opportunity)
    fields = {"topic": "After", "customer": opportunity.customer_id, "seen_status": "in_progress"} | inlines(shown)
    answer = browser.post(page(opportunity), fields)
    assert "Somebody has changed the state of this record meanwhile" in answer.text
    assert fresh(opportunity).topic == "Before"


def test_distributing_leads_to_the_table(browser, in_company):
    partner = make_partner()
    opportunity = make_opportunity()
    assert browser.get(page(opportunity, "distribute")).status_code == 200
    answer = browser.post(page(opportunity, "distribute"))
    run = DistributionRun.objects.get()
    assert answer.url == page(run)
    assert fresh(opportunity).partner == partner.account
    assert partner.account.name in browser.get(answer.url).text


def test_what_was_delivered_by_hand_meanwhile_stays_where_it_is(browser, in_company):
    opportunity = make_delivery().opportunity
    answer = browser.post(page(opportunity, "distribute"))
    assert answer.url == page(opportunity)
    assert not DistributionRun.objects.exists()


def test_marked_ready_it_waits_for_its_distribution(browser, in_company):
    opportunity = make_opportunity()
    assert browser.post(page(opportunity, "ready")).status_code == 302
    assert fresh(opportunity).is_ready
    assert "Its state does not allow that" in browser.get(page(opportunity, "ready")).text


def test_staff_choose_among_partners_with_room_or_name_one_by_its_number(browser, in_company):
    full, free = make_partner(capacity=1), make_partner(capacity=1)
    make_delivery(full)
    opportunity = make_opportunity()
    shown = browser.get(page(opportunity, "deliver"))
    offered = {key for key, _label in shown.context["form"].fields["partner"].choices}
    assert offered == {"", free.account_id}
    refused = browser.post(page(opportunity, "deliver"), {"number": full.account.number})
    assert refused.status_code == 422
    assert "no room" in refused.text
    assert browser.post(page(opportunity, "deliver"), {}).status_code == 422
    assert browser.post(page(opportunity, "deliver"), {"number": "no such"}).status_code == 422
    assert browser.post(page(opportunity, "deliver"), {"partner": free.account_id}).status_code == 302
    assert Delivery.objects.get(opportunity=opportunity).partner == free.account


def test_a_partner_is_chosen_or_named_not_both(browser, in_company):
    one, other = make_partner(), make_partner()
    opportunity = make_opportunity()
    both = {"partner": one.account_id, "number": other.account.number}
    assert "not both" in browser.post(page(opportunity, "deliver"), both).text
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("field", ["topic", "prospect_name"])
def test_words_that_nobody_sees_are_no_words(browser, in_company, field):
    fields = {"topic": "Two lifts", "prospect_name": "Corner Shop", field: "\u200b"}
    answer = browser.post(reverse("admin:partners_opportunity_add"), fields | management())
    assert field in answer.context["adminform"].form.errors
    assert not Opportunity.objects.exists()


def test_what_is_closed_is_not_ready_for_distribution(browser, in_company):
    make_partner()
    opportunity = make_opportunity()
    distribute(opportunity)
    accept(opportunity, by=SYSTEM)
    lose(opportunity, by=SYSTEM)
    assert "is closed" in browser.post(page(opportunity, "ready")).text


def test_other_partners_work_along_until_that_ends(browser, in_company):
    opportunity, other = make_accepted(), make_partner()
    assert browser.post(page(opportunity, "collaborate"), {"partner": other.account_id}).status_code == 302
    assert Collaborator.objects.get().account == other.account
    assert browser.post(page(opportunity, "part"), {"account": other.account_id}).status_code == 302
    assert not Collaborator.objects.exists()


@pytest.mark.parametrize(("verb", "status"), [("win", "won"), ("lose", "out_sold")])
def test_staff_close_what_a_partner_works_on_and_reopen_it(browser, in_company, verb, status):
    opportunity = make_accepted()
    assert browser.post(page(opportunity, verb), {"text": "By phone"}).status_code == 302
    assert fresh(opportunity).status == status
    assert browser.post(page(opportunity, "reopen"), {"text": ""}).status_code == 302
    assert fresh(opportunity).status == "accepted"


def test_what_nobody_has_is_canceled_for_good(browser, in_company):
    opportunity = make_opportunity()
    assert browser.post(page(opportunity, "drop"), {"text": "Built by themselves"}).status_code == 302
    assert fresh(opportunity).status == "canceled"
    assert OpportunityEvent.objects.filter(kind="canceled", is_internal=True, text="Built by themselves").exists()
    assert browser.post(page(opportunity, "distribute")).status_code == 422
    assert "topic" in browser.get(page(opportunity)).context["adminform"].readonly_fields


def test_what_a_partner_works_on_is_not_canceled(browser, in_company):
    opportunity = make_accepted()
    assert browser.post(page(opportunity, "drop"), {"text": ""}).status_code == 422
    assert fresh(opportunity).status == "accepted"


def test_the_history_is_read_in_words_with_notes_of_staff(browser, in_company):
    programme = make_partner()
    opportunity = make_accepted(programme)
    advance(opportunity, Phase.QUOTING, text="Offer sent", by=acting(make_member(programme)))
    assert (
        browser.post(page(opportunity, "note"), {"text": "Keep an eye on it", "is_internal": "on"}).status_code == 302
    )
    text = browser.get(page(opportunity)).text
    for shown in ("Prospect → Quoting", "Offer sent", "Keep an eye on it"):
        assert shown in text


def test_what_waits_for_staff_is_a_list(browser, in_company):
    waiting, held = make_opportunity(topic="Nobody wants it"), make_accepted(topic="In good hands")
    Opportunity.objects.filter(pk=waiting.pk).update(status="bidding")
    text = browser.get(reverse("admin:partners_opportunity_changelist"), {"waits": "staff"}).text
    assert "Nobody wants it" in text
    assert held.topic not in text


def test_the_start_page_says_what_waits(browser, in_company):
    assert "without a partner" not in browser.get(reverse("admin:index")).text
    Opportunity.objects.filter(pk=make_opportunity().pk).update(status="bidding")
    contact = make_member(make_partner())
    register_deal(make_own(contact), by=acting(contact))
    text = browser.get(reverse("admin:index")).text
    assert "1 opportunity without a partner" in text
    assert "1 deal registration to decide" in text


# Deal registrations.


@pytest.mark.parametrize(("verb", "status"), [("approve", "approved"), ("reject", "rejected")])
def test_a_deal_registration_is_decided_once(browser, in_company, verb, status):
    contact = make_member(make_partner())
    opportunity = make_own(contact)
    registration = register_deal(opportunity, text="We met at the fair", by=acting(contact))
    assert page(registration) in browser.get(page(opportunity)).text
    assert "We met at the fair" in browser.get(page(registration, verb)).text
    assert browser.post(page(registration, verb), {"reason": "As agreed"}).status_code == 302
    assert DealRegistration.objects.get().status == status
    assert browser.post(page(registration, "reject"), {"reason": "Late"}).status_code == (
        302 if status == "rejected" else 422
    )


def test_nobody_is_refused_without_a_reason(browser, in_company):
    contact = make_member(make_partner())
    registration = register_deal(make_own(contact), by=acting(contact))
    assert browser.post(page(registration, "reject"), {"reason": ""}).status_code == 422
    assert DealRegistration.objects.get().status == "requested"


# Partners.


def test_a_partner_shows_its_record_in_words_and_customers_stay_out(browser, in_company):
    programme = make_partner(record=GOOD, capacity=7)
    text = browser.get(page(programme)).text
    for shown in ("80.0 %", "0 of 7", "2.0 days", "delivered: 10"):
        assert shown in text
    answer = browser.post(
        reverse("admin:partners_partnerprogramme_add"),
        {"account": make_account().pk, "membership": "member", "since_date": "2026-01-01", "capacity": "5"}
        | management(("territories", "lead_types", "products")),
    )
    assert "account" in answer.context["adminform"].form.errors


# The whole table.


def test_the_table_shows_every_partner_with_every_number(browser, in_company):
    good = make_partner(name="Good Lifts", record=GOOD)
    full = make_partner(name="Full Lifts", record=POOR, capacity=0)
    new = make_partner(name="New Lifts")
    distribute(make_opportunity())
    run = DistributionRun.objects.get()
    rows = table_of(run)
    text = browser.get(page(run)).text
    assert run.winner == good.account
    for row in rows:
        assert points_text(row.score) in text
        for cell in row.cells:
            assert points_text(cell.product) in text
    for shown in ("Good Lifts", "Full Lifts", "New Lifts", "Had no room for another opportunity.", "Got it"):
        assert shown in text
    assert "New: no history yet" in text
    assert 'title="Assumed"' in text
    assert full.account != new.account


def test_the_table_is_searched_sorted_and_paged(browser, in_company, monkeypatch):
    monkeypatch.setattr("partners.admin.distributions.LINES_A_PAGE", 2)
    for name in ("Alpha", "Beta", "Gamma"):
        make_partner(name=name)
    make_partner(name="Delta", is_active=False)
    distribute(make_opportunity())
    run = DistributionRun.objects.get()

    def names(**asked):
        return [line.name for line in browser.get(page(run), asked).context["lines"]]

    first, second = names(), names(page=2)
    assert len(first) == 2
    assert second[-1] == "Delta"
    assert names(sort="-place") == [second[0], first[1]]
    assert names(q="amm") == ["Gamma"]
    assert names(kind="others") == ["Delta"]
    assert names(q="nobody like it") == []
    assert "sort=-place&amp;page=2" in browser.get(page(run), {"sort": "-place"}).text


def test_a_table_makes_no_more_queries_as_partners_join(browser, in_company, django_assert_max_num_queries):
    make_partner()
    distribute(make_opportunity())
    run = DistributionRun.objects.get()
    browser.get(page(run))
    with django_assert_max_num_queries(25) as small:
        browser.get(page(run))
    for _number in range(5):
        make_partner()
    distribute(make_opportunity())
    larger = DistributionRun.objects.exclude(pk=run.pk).get()
    with django_assert_max_num_queries(len(small)):
        browser.get(page(larger))


def test_the_table_is_a_file_with_plain_numbers(browser, in_company):
    good = make_partner(name="Good Lifts", record=GOOD)
    make_partner(name="=Bad Lifts", is_active=False)
    distribute(make_opportunity())
    run = DistributionRun.objects.get()
    answer = browser.get(page(run, "csv"))
    assert answer["Content-Type"].startswith("text/csv")
    head, first, second = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (first[0], first[1], first[3]) == ("1", good.account.name, "1")
    assert float(first[head.index("Win rate")]) == 0.8
    assert float(first[head.index("Sum")]) == run.score
    assert second[1] == "'=Bad Lifts"
    assert second[4] == "Takes no opportunities at the moment."


def test_a_distribution_that_found_nobody_says_why(browser, in_company):
    make_partner(capacity=0)
    distribute(make_opportunity())
    run = DistributionRun.objects.get()
    assert "Nobody was available" in browser.get(page(run)).text
    listed = browser.get(reverse("admin:partners_distributionrun_changelist"), {"found": "nobody"}).text
    assert page(run) in listed


# Settings and their trial.


def test_a_weight_out_of_its_range_is_told_next_to_it(browser, in_company):
    row = make_partner_settings()
    answer = browser.post(page(row), settings_of(win_rate="5.1", distance="0.01") | {"reminder_hours": "72"})
    errors = answer.context["adminform"].form.errors
    assert errors["weight_win_rate"] == ["Enter a number from 0 to 5."]
    assert errors["weight_distance"] == ["Enter a number from -0.01 to 0."]
    assert "reminder_hours" in errors
    text = browser.get(page(row)).text
    assert "distribution/weights/winrate: 0 to 5." in text
    assert "distribution/expiry-hours" in text


def test_a_trial_tells_who_would_have_got_what_and_saves_nothing(browser, in_company):
    row = make_partner_settings()
    wins = make_partner(name="Wins", record=GOOD)
    touches = make_partner(
        name="Touches", record=GOOD | {"accepted": 10, "won": 0, "closed": 0, "days": 0.0, "feedback": 10}
    )
    opportunity = make_opportunity()
    distribute(opportunity)
    run = DistributionRun.objects.get()
    assert run.winner in {wins.account, touches.account}
    other = touches if run.winner == wins.account else wins
    weights = (
        {"win_rate": "0", "feedback_rate": "5", "days_to_close": "-0.5"}
        if other == touches
        else {"win_rate": "5", "feedback_rate": "0", "days_to_close": "0"}
    )
    answer = browser.post(reverse("admin:partners_partnersettings_simulate"), settings_of(**weights))
    assert "1 of 1 distribution would have gone to another partner." in answer.text
    found = answer.context["found"]
    assert [(each.account, each.lost, each.gained) for each in found.balances] == [
        (other.account, 0, 1),
        (run.winner, 1, 0),
    ]
    assert opportunity.number in answer.text
    assert PartnerSettings.objects.get().weight_win_rate == row.weight_win_rate
    assert DistributionRun.objects.count() == 1
    kept = dict(answer.context["fields"])
    assert browser.post(page(row), kept).status_code == 302
    assert str(PartnerSettings.objects.get().weight_win_rate) == f"{weights['win_rate']}.0000"


def test_the_same_weights_change_nothing(browser, in_company):
    for record in (GOOD, POOR, {}):
        make_partner(record=record, capacity=2)
    for _number in range(7):
        distribute(make_opportunity())
    answer = browser.post(reverse("admin:partners_partnersettings_simulate"), settings_of())
    assert "0 of 7 distributions would have gone to another partner." in answer.text
    assert not answer.context["found"].changed


def test_a_trial_of_weights_out_of_range_shows_the_form_again(browser, in_company):
    row = make_partner_settings()
    answer = browser.post(reverse("admin:partners_partnersettings_simulate"), settings_of(win_rate="9"))
    assert "Enter a number from 0 to 5." in answer.text
    assert PartnerSettings.objects.get().weight_win_rate == row.weight_win_rate
    assert browser.get(reverse("admin:partners_partnersettings_simulate")).status_code == 302


def test_a_trial_is_bounded_and_says_so(browser, in_company, monkeypatch):
    monkeypatch.setattr("partners.domain.simulation.MOST_RUNS", 2)
    monkeypatch.setattr("partners.domain.simulation.CHUNK", 2)
    make_partner(capacity=9)
    for _number in range(3):
        distribute(make_opportunity())
    answer = browser.post(reverse("admin:partners_partnersettings_simulate"), settings_of())
    assert "Only the newest 2 distributions were ranked again." in answer.text


def test_another_company_is_not_reached(browser, other_tenant):
    with tenant_scope(other_tenant):
        make_partner()
        opportunity = make_opportunity()
        distribute(opportunity)
        run = DistributionRun.objects.get()
    for obj, verb in ((run, "change"), (run, "csv"), (opportunity, "change"), (opportunity, "distribute")):
        assert browser.get(page(obj, verb)).status_code in {302, 404}
