"""What lists and pages of contracts and project invoices ask for alike: money and names, each by what the viewer may see."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DecimalField,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from portal.accounts.enums import Section
from projects.models import Project

# So many stand on the page of what they belong to.
RECORDS_SHOWN = 5
MONEY = DecimalField(max_digits=14, decimal_places=3)


def with_money(documents, viewer):
    """`sees_money` as `portal.access.money` has it; `seen_total` is 0 where it is not, so that no order tells."""
    sees_money = viewer.paying(Section.PROJECTS, "account")
    return documents.annotate(
        sees_money=ExpressionWrapper(sees_money, output_field=BooleanField()),
        seen_total=Case(When(sees_money, then=F("total")), default=Value(0), output_field=MONEY),
    )


def named(records, viewer, pk: OuterRef, field: str = "number"):
    """A name of one record, "" unless the viewer may see it (SECURITY 2)."""
    seen = records.visible_to(viewer).filter(pk=pk).values(field)[:1]
    return Coalesce(Subquery(seen), Value(""))


def with_project(documents, viewer):
    """`seen_project`: the name of the project, "" unless the viewer may see it."""
    return documents.annotate(seen_project=named(Project.objects.all(), viewer, OuterRef("project"), "name"))


def of_seen_projects(viewer, word: str):
    """The visible projects that a word of a search is in, for `project__in`."""
    seen = Project.objects.visible_to(viewer)
    return (seen.filter(number__icontains=word) | seen.filter(name__icontains=word)).values("pk")


def packed(documents, names: Sequence[str], *order: str) -> ArraySubquery:
    """The first of them as an array beside a row of something else, so that both are read by one query.

    One more than is shown comes with them where there are more. `unpacked` makes records of it again.
    """
    values = {
        name: Cast(name, CharField()) if is_decimal(documents.model, name) else F(name) for name in ("pk", *names)
    }
    return ArraySubquery(documents.order_by(*order).values(packed=JSONObject(**values))[: RECORDS_SHOWN + 1])


def unpacked(model: type[Model], rows: Iterable[Mapping[str, Any]] | None) -> list:
    """The records that `packed` put into a row, with nothing but what was named."""
    return [record_of(model, row) for row in rows or ()]


def record_of(model: type[Model], row: Mapping[str, Any]):
    record = model()
    for name, value in row.items():
        known = model._meta.pk if name == "pk" else field_of(model, name)
        setattr(record, name, known.to_python(value) if known else value)
    return record


def is_decimal(model: type[Model], name: str) -> bool:
    """JSON has no decimals: they travel as words."""
    return isinstance(field_of(model, name), DecimalField)


def field_of(model: type[Model], name: str) -> Any:
    """The field of this name, None for an annotation."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
