"""What a work order begins with, and how long it takes (FS-4, DYNAMICS 3.4, 3.5)."""

from decimal import Decimal

import pytest

from fieldservice.domain.contents import Incident
from fieldservice.domain.tasks import (
    add_incident,
    add_task,
    change_task,
    keep_duration,
    minutes_of,
    remove_incident,
    remove_task,
)
from fieldservice.domain.work_orders import Terms, create_work_order
from fieldservice.enums import WorkOrderStatus
from fieldservice.models import (
    FieldServiceSettings,
    IncidentType,
    WorkOrderIncident,
    WorkOrderProduct,
    WorkOrderService,
    WorkOrderTask,
    WorkOrderType,
)
from portal.audit.models import AuditEntry
from portal.catalog.enums import ProductKind
from portal.kit.errors import DomainError
from tests.factories.accounts import make_account
from tests.factories.catalog import make_billing_terms, make_price, make_price_list, make_product, make_tax_code
from tests.factories.fieldservice import (
    make_asset,
    make_incident_product,
    make_incident_task,
    make_incident_type,
    make_task,
    make_work_order,
)

pytestmark = pytest.mark.usefixtures("in_tenant")
CLOSED = [WorkOrderStatus.POSTED, WorkOrderStatus.CANCELED]


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def service():
    """A service that brings a pump, an hour of labour and two tasks."""
    incident_type = make_incident_type()
    pump = make_product(name="Pump", cost=Decimal(7), becomes_asset=True, tax_code=make_tax_code(name="Sales tax"))
    labour = make_product(name="Labour", kind=ProductKind.SERVICE, list_price=Decimal(60))
    make_incident_product(incident_type, pump, quantity=Decimal(2), position=1)
    make_incident_product(incident_type, labour, minutes=45, position=2)
    make_incident_task(incident_type, name="Look", estimated_minutes=10, position=2)
    make_incident_task(incident_type, name="Shut off", estimated_minutes=5, position=1)
    return incident_type


def make(account, incident_type, **fields):
    return create_work_order(account, incident_type=incident_type, place=account.place, **fields)


def test_items_and_tasks_are_copied_with_price_tax_and_asset(account, service):
    asset = make_asset(account=account)
    work_order = make(account, service, asset=asset)
    pump, labour = WorkOrderProduct.objects.get(), WorkOrderService.objects.get()
    assert (pump.estimate_quantity, pump.quantity, pump.quantity_to_bill) == (2, 0, 0)
    assert (pump.status, pump.description, pump.becomes_asset) == ("estimated", "Pump", True)
    assert (pump.unit_price, pump.unit_cost) == (20, 7)
    assert (pump.tax_name, pump.tax_rate) == ("Sales tax", Decimal("8.875"))
    assert (labour.estimate_minutes, labour.minutes, labour.unit_price, labour.tax_name) == (45, 0, 60, "")
    tasks = list(WorkOrderTask.objects.order_by("position"))
    assert [(each.name, each.position) for each in tasks] == [("Shut off", 1), ("Look", 2)]
    assert {each.asset_id for each in (pump, labour, *tasks)} == {asset.pk}
    assert {each.work_order_id for each in (pump, labour, *tasks)} == {work_order.pk}


def test_the_price_list_of_whoever_pays_goes_before_the_type_s_and_the_company_s(account, service):
    pump = make_product(name="Valve")
    make_incident_product(service, pump)
    lists = {name: make_price_list(name=name) for name in ("own", "payer", "type", "company")}
    for price, price_list in enumerate(lists.values(), start=1):
        make_price(price_list=price_list, product=pump, price=price)
    payer = make_account()

    def price(**terms):
        fresh = IncidentType.objects.get(pk=service.pk)
        work_order = make(account, fresh, terms=Terms(**terms))
        return WorkOrderProduct.objects.get(work_order=work_order, product=pump).unit_price

    assert price() == 20
    FieldServiceSettings.objects.create(price_list=lists["company"])
    assert price() == 4
    WorkOrderType.objects.filter(pk=service.work_order_type_id).update(price_list=lists["type"])
    assert price() == 3
    make_billing_terms(payer, price_list=lists["payer"])
    assert price(billing_account=payer) == 2
    assert price(billing_account=payer, price_list=lists["own"]) == 1


def test_how_time_is_charged_is_frozen_in_the_line(account, service):
    labour = WorkOrderService._meta.get_field("product").related_model.objects.get(name="Labour")
    price_list = make_price_list()
    rules = {"minimum_minutes": 30, "minimum_amount": Decimal(45), "rounding": "up", "rounding_minutes": 20}
    make_price(price_list=price_list, product=labour, is_flat_fee=True, **rules)
    make(account, service, terms=Terms(price_list=price_list))
    line = WorkOrderService.objects.get()
    assert {name: getattr(line, name) for name in rules} == rules
    assert line.is_flat_fee


def test_a_type_that_is_not_taxable_and_an_exempt_payer_bring_no_tax(account, service):
    FieldServiceSettings.objects.create(tax_code=make_tax_code(name="Standard"))
    make_billing_terms(account, is_tax_exempt=True)
    other = make_account()
    assert make(other, service).is_taxable
    assert set(WorkOrderService.objects.values_list("tax_name", flat=True)) == {"Standard"}
    make(account, service)
    assert WorkOrderService.objects.filter(work_order__account=account).get().tax_name == ""
    WorkOrderType.objects.update(is_taxable=False)
    untaxed = make(other, service)
    assert not untaxed.is_taxable
    assert WorkOrderProduct.objects.get(work_order=untaxed).tax_name == ""


def test_further_incidents_bring_theirs_for_their_own_asset(account, service):
    first, second = make_asset(account=account), make_asset(account=account)
    other = make_incident_type(duration_minutes=20)
    make_incident_task(other, name="Other", estimated_minutes=25)
    terms = Terms(further=(Incident(service, second), Incident(other)), is_covered=True)
    work_order = make(account, service, asset=first, terms=terms)
    pumps = WorkOrderProduct.objects.order_by("position")
    assert [(each.position, each.asset, each.is_covered) for each in pumps] == [(1, first, True), (2, second, True)]
    assert WorkOrderTask.objects.count() == 5
    assert set(WorkOrderIncident.objects.values_list("incident_type", "asset")) == {
        (service.pk, second.pk),
        (other.pk, None),
    }
    assert minutes_of(work_order) == 2 * 15 + 25


def test_an_incident_for_another_account_s_asset_is_refused(account, service):
    with pytest.raises(DomainError, match="another account"):
        make(account, service, terms=Terms(further=(Incident(service, make_asset()),)))
    assert not WorkOrderIncident.objects.exists()


def test_nothing_to_bring_asks_nothing_more(account, service, django_assert_num_queries):
    """The number, the row and the audit; beside them one question."""
    plain = make_incident_type()
    make(account, plain)
    with django_assert_num_queries(5):  # savepoint, what it begins with, number, row with audit, release
        make(account, plain)


@pytest.mark.parametrize("count", [1, 3])
def test_copying_costs_the_same_however_much_there_is(account, service, django_assert_num_queries, count):
    for _number in range(count):
        make_incident_product(service, make_product(), quantity=1)
        make_incident_task(service)
    incidents = tuple(Incident(service) for _number in range(count))
    with django_assert_num_queries(17):
        make(account, service, terms=Terms(further=incidents))


def test_the_sum_of_the_tasks_is_the_duration(service):
    keep_duration(service)
    assert IncidentType.objects.get(pk=service.pk).duration_minutes == service.duration_minutes == 15


def test_without_times_the_incident_type_s_own_duration_stays():
    plain = make_incident_type(duration_minutes=90)
    make_incident_task(plain, estimated_minutes=0)
    keep_duration(plain)
    assert IncidentType.objects.get(pk=plain.pk).duration_minutes == 90


@pytest.mark.parametrize("minutes", [4, 24 * 60 + 1])
def test_tasks_that_no_visit_fits_are_refused(minutes):
    plain = make_incident_type()
    make_incident_task(plain, estimated_minutes=minutes)
    with pytest.raises(DomainError, match="24 hours"):
        keep_duration(plain)


def test_a_work_order_takes_as_long_as_its_tasks_else_as_its_incidents():
    work_order = make_work_order()
    assert minutes_of(work_order) == 60
    add_incident(work_order, make_incident_type(duration_minutes=30))
    assert minutes_of(work_order) == 90
    add_task(work_order, "Look", estimated_minutes=20)
    assert minutes_of(work_order) == 20


def test_an_incident_added_later_brings_its_items_and_leaves_them(service):
    work_order = make_work_order()
    incident = add_incident(work_order, service)
    assert WorkOrderProduct.objects.get(work_order=work_order).description == "Pump"
    remove_incident(incident)
    assert not WorkOrderIncident.objects.exists()
    assert WorkOrderProduct.objects.exists()
    actions = AuditEntry.objects.filter(object_id=work_order.pk).values_list("action", flat=True)
    assert set(actions) == {"work_order.add_incident", "work_order.remove_incident"}


def test_tasks_are_added_done_and_taken_away():
    work_order = make_work_order()
    add_task(work_order, "Look")
    task = add_task(work_order, "Mend", estimated_minutes=20)
    change_task(task, percent_done=60, actual_minutes=15, result="Half of it")
    kept = WorkOrderTask.objects.get(name="Mend")
    assert (kept.percent_done, kept.actual_minutes, kept.result, kept.position) == (60, 15, "Half of it", 2)
    change_task(task, percent_done=60)
    remove_task(task)
    assert WorkOrderTask.objects.get().name == "Look"
    told = AuditEntry.objects.filter(action="work_order.change_task")
    assert [(each.before["percent_done"], each.after["percent_done"]) for each in told] == [("0", "60")]


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_task_is_done_from_0_to_100(percent):
    with pytest.raises(DomainError, match="0 to 100"):
        change_task(make_task(make_work_order()), percent_done=percent)


@pytest.mark.parametrize("status", CLOSED)
def test_tasks_of_a_closed_work_order_stay(status):
    work_order = make_work_order(system_status=status)
    task = make_task(work_order)
    for verb in (
        lambda: add_task(work_order, "More"),
        lambda: change_task(task, percent_done=10),
        lambda: remove_task(task),
        lambda: add_incident(work_order, make_incident_type()),
    ):
        with pytest.raises(DomainError, match="stays as it is"):
            verb()
    assert WorkOrderTask.objects.get().percent_done == 0
