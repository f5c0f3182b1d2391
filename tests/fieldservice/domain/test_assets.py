"""Trees of assets, kept by the database and spoken for by the domain (FS-3)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldservice.domain.assets import create_asset, deactivate_asset, move_asset, reactivate_asset
from fieldservice.models import Asset
from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_asset, make_location


@pytest.fixture
def account(in_tenant):
    return make_account()


@pytest.fixture
def chain(account):
    """`chain(n)`: n assets, each below the one before."""

    def make(length, top=None):
        assets = [top] if top else []
        while len(assets) < length:
            assets.append(make_asset(account=account, location=None, parent=assets[-1] if assets else None))
        return assets

    return make


def tree_of(*assets):
    """(parent, master) of each, as the database has them now."""
    rows = {pk: (parent, master) for pk, parent, master in Asset.objects.values_list("pk", "parent", "master")}
    return [rows[each.pk] for each in assets]


def test_creating_writes_the_whole_asset(account):
    location, product = make_location(account=account), make_product()
    boiler = create_asset(
        account, "Boiler", location=location, product=product, serial_number="B-1", category="Heating"
    )
    burner = create_asset(account, "Burner", parent=boiler, is_exposed=True)

    assert (boiler.master, burner.master, burner.parent) == (None, boiler, boiler)
    assert (boiler.product, boiler.location, boiler.is_exposed, burner.is_exposed) == (product, location, False, True)
    entry = AuditEntry.objects.get(action="asset.create", object_id=burner.pk)
    assert entry.after == {"name": "Burner", "serial_number": "", "part of": "Boiler", "is_exposed": True}


def test_what_an_asset_cannot_be_is_said(account):
    create_asset(account, "Boiler", serial_number="B-1")
    stranger = make_location()
    closed = make_account(is_active=False)
    for verb, told, field in (
        (lambda: create_asset(account, "Other", serial_number="B-1"), "this serial number", "serial_number"),
        (lambda: create_asset(account, "Other", location=stranger), "another account", "location"),
        (lambda: create_asset(closed, "Other"), "no longer served", "account"),
    ):
        with pytest.raises(DomainError, match=told) as error:
            verb()
        assert error.value.field == field
    assert Asset.objects.count() == 1
    with pytest.raises(TypeError, match="is_active"):
        create_asset(account, "Other", is_active=False)


def test_moving_takes_all_parts_along(chain):
    top, middle, leaf = chain(3)
    other = chain(1)[0]

    move_asset(middle, other)
    assert tree_of(top, middle, leaf) == [(None, None), (other.pk, other.pk), (middle.pk, other.pk)]
    assert middle.master_id == other.pk
    move_asset(middle, None)
    assert tree_of(middle, leaf) == [(None, None), (middle.pk, middle.pk)]
    move_asset(middle, None)
    assert AuditEntry.objects.filter(action="asset.move").count() == 2


def test_no_asset_lies_below_itself(chain):
    top, middle, leaf = chain(3)

    for parent in (top, middle, leaf):
        with pytest.raises(DomainError, match="below the one that you move") as error:
            move_asset(top, parent)
        assert error.value.field == "parent"
    assert tree_of(top, middle, leaf) == [(None, None), (top.pk, top.pk), (middle.pk, top.pk)]


def test_a_tree_has_an_end(chain):
    first, second = chain(30), chain(22)

    with pytest.raises(DomainError, match="too deep"):
        move_asset(second[0], first[-1])
    move_asset(second[0], first[-2])
    assert {master for _parent, master in tree_of(*second)} == {first[0].pk}


def test_taking_out_of_service_and_back_is_audited(account):
    asset = make_asset(account=account)

    assert not deactivate_asset(deactivate_asset(asset)).is_active
    assert reactivate_asset(asset).is_active
    assert list(AuditEntry.objects.order_by("at", "pk").values_list("action", flat=True)) == [
        "asset.deactivate",
        "asset.reactivate",
    ]


# The database alone.


def refused(constraint):
    return pytest.raises(IntegrityError, check=lambda error: error.__cause__.diag.constraint_name == constraint)


def test_the_database_refuses_circles_whoever_writes(chain):
    top, middle, leaf = chain(3)

    for parent in (middle, leaf):
        with refused("asset_tree_circle"), transaction.atomic():
            Asset.objects.filter(pk=top.pk).update(parent=parent)
    top.parent, middle.parent = leaf, None
    with refused("asset_tree_circle"), transaction.atomic():
        Asset.objects.bulk_update([top, leaf], ["parent"])


def test_the_database_refuses_what_is_too_deep(chain):
    first, second = chain(30), chain(22)

    with refused("asset_tree_depth"), transaction.atomic():
        Asset.objects.filter(pk=second[0].pk).update(parent=first[-1])


def test_no_tree_grows_into_another_company(account, other_tenant):
    with tenant_scope(other_tenant):
        foreign = make_asset()

    with refused("asset_tree_parent"), transaction.atomic():
        make_asset(account=account, location=None, parent_id=foreign.pk)


def test_the_master_is_what_the_tree_says_whatever_is_written(chain):
    top, leaf = chain(2)
    other = chain(1)[0]

    Asset.objects.filter(pk=leaf.pk).update(master=other)
    Asset.objects.filter(pk=top.pk).update(master=other)
    assert tree_of(top, leaf) == [(None, None), (top.pk, top.pk)]


COUNT = 6
MOVES = st.lists(st.tuples(st.integers(0, COUNT - 1), st.none() | st.integers(0, COUNT - 1)), max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, by_verb=st.booleans())
def test_whatever_is_moved_trees_stay_trees(account, moves, by_verb):
    """Against a model in Python: the same moves are refused, parents and masters are the same after each."""
    with transaction.atomic():
        assets = [make_asset(account=account, location=None) for _ in range(COUNT)]
        parents: dict[int, int | None] = dict.fromkeys(range(COUNT))

        def top(number):
            while parents[number] is not None:
                number = parents[number]
            return number

        def is_circle(child, parent):
            while parent is not None and parent != child:
                parent = parents[parent]
            return parent is not None

        for child, parent in moves:
            target = None if parent is None else assets[parent]
            try:
                with transaction.atomic():
                    if by_verb:
                        move_asset(Asset.objects.get(pk=assets[child].pk), target)
                    else:
                        Asset.objects.filter(pk=assets[child].pk).update(parent=target)
                assert not is_circle(child, parent)
                parents[child] = parent
            except (DomainError, IntegrityError):
                assert is_circle(child, parent)
            for number, row in enumerate(tree_of(*assets)):
                above, master = parents[number], top(number)
                assert row == (
                    None if above is None else assets[above].pk,
                    None if master == number else assets[master].pk,
                )
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize("by_verb", [True, False])
def test_moves_side_by_side_never_close_a_circle(committed, by_verb):
    with tenant_scope(committed):
        account = make_account()
        assets = [make_asset(account=account, location=None) for _ in range(4)]

    def move(number):
        child, parent = assets[number % 4], assets[(number * 7 + 1) % 4]
        try:
            with tenant_scope(committed):
                if by_verb:
                    move_asset(Asset.objects.get(pk=child.pk), Asset.objects.get(pk=parent.pk))
                else:
                    Asset.objects.filter(pk=child.pk).update(parent=parent)
        except (DomainError, IntegrityError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(move, range(60)))

    assert any(done)
    with tenant_scope(committed):
        rows = {pk: (parent, master) for pk, parent, master in Asset.objects.values_list("pk", "parent", "master")}
    for pk, (_parent, master) in rows.items():
        top, steps = pk, 0
        while rows[top][0] is not None and steps < 10:
            top, steps = rows[top][0], steps + 1
        assert steps < 10
        assert master == (None if top == pk else top)
