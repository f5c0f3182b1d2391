"""Queries that the ORM writes once: what each request asks again is not put together anew each time.

To build and compile a query of a few joins takes Django longer than PostgreSQL needs to answer it.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

from portal.tenancy.scope import current_tenant

TENANT = "tenant in scope"
# Set while a query is compiled whose SQL is kept: the tenant is then a blank like the other values.
keeping: ContextVar[bool] = ContextVar("keeping_sql", default=False)


@dataclass(frozen=True, slots=True)
class Blank:
    """A place in the SQL that is filled in when it runs."""

    name: str


class Parameter(models.Expression):
    """A value that is not known yet."""

    output_field = models.Field()  # type: ignore[assignment]

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [Blank(self.name)]


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """`field__among=values`: one of these, as one array: the SQL is the same however many they are."""

    lookup_name = "among"

    def get_prep_lookup(self):
        return self.rhs

    def get_db_prep_lookup(self, value, connection):
        return "%s", [list(value)]

    def as_sql(self, compiler, connection):
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", [*left_values, *right_values]


@dataclass(frozen=True, slots=True)
class Plan:
    """SQL with blanks, and how its rows become what the query gives."""

    sql: str
    values: tuple[Any, ...]
    converters: list[tuple[int, list[Callable], models.Expression]]
    as_result: Callable[[list], Any]


class Compiled:
    """A query by its builder, `lambda name: Model.objects.filter(field=name)…`; called with values it gives the rows.

    Values stand where the ORM takes an expression: in `filter(field=…)` and `filter(field__among=…)`. None equals
    nothing. The builder may use `select_related`, `only`, annotations and `values_list`. The tenant is that in scope at
    each call; without one NoTenant is raised as ever.
    """

    def __init__(self, build: Callable[..., models.QuerySet]):
        self.build = build
        self.names = tuple(signature(build).parameters)

    def __call__(self, *values) -> list:
        return run(self.plan, dict(zip(self.names, values, strict=True)))

    def first(self, *values):
        """The first row or None. The builder says the order, and that one is enough (`[:1]`)."""
        return next(iter(self(*values)), None)

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.build(*map(Parameter, self.names)))


def plan_of(queryset: models.QuerySet) -> Plan:
    """The SQL of a query whose unknown values are `Parameter`s. Raises EmptyResultSet for one that cannot find anything."""
    if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001  Django has no public word for it
        raise TypeError("A query that is kept cannot prefetch.")
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    token = keeping.set(True)
    try:
        sql, values = compiler.as_sql()
    finally:
        keeping.reset(token)
    columns = [each[0] for each in compiler.select]
    converters = compiler.get_converters(columns)
    return Plan(
        sql=sql,
        values=tuple(values),
        converters=[(at, functions, column) for at, (functions, column) in converters.items()],
        as_result=maker(queryset, compiler),
    )


def run(plan: Plan, given: dict) -> list:
    """The rows of a plan with its blanks filled in."""
    with connection.cursor() as cursor:
        cursor.execute(plan.sql, [filled(each, given) for each in plan.values])
        rows = cursor.fetchall()
    if plan.converters:
        rows = [converted(list(row), plan.converters) for row in rows]
    return [plan.as_result(row) for row in rows]


def filled(value, given: dict):
    """The value of a blank; any other value as it is."""
    if not isinstance(value, Blank):
        return value
    found = current_tenant().pk if value.name == TENANT else given[value.name]
    return list(found) if isinstance(found, set | frozenset | tuple) else found


def converted(row: list, converters) -> list:
    """The row in Python's types, as Django's compiler makes it."""
    for at, functions, column in converters:
        for convert in functions:
            row[at] = convert(row[at], column, connection)
    return row


def maker(queryset: models.QuerySet, compiler) -> Callable[[Any], Any]:
    """What makes a result of a row: the values, or the object with its related ones."""
    kind = queryset._iterable_class  # type: ignore[attr-defined]  # noqa: SLF001  Django has no public word for it
    if kind is ValuesListIterable:
        return tuple
    if kind is not ModelIterable:
        raise TypeError(f"{kind.__name__} is not compiled: use values_list or objects.")
    info, extra = compiler.klass_info, dict(compiler.annotation_col_map or {})
    model, fields = info["model"], info["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    names = [each[0].target.attname for each in compiler.select[begin:end]]
    populators = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # stubs of Django 6

    def make(row):
        found = model.from_db(DEFAULT_DB_ALIAS, names, row[begin:end])
        for each in populators:
            each.populate(row, found)
        for name, at in extra.items():
            setattr(found, name, row[at])
        return found

    return make
