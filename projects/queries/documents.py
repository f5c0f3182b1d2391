"""What lists and pages of contracts and project invoices ask for alike: money and names, each by what the viewer may see."""

from django.db.models import BooleanField, Case, DecimalField, ExpressionWrapper, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from portal.accounts.enums import Section
from projects.models import Project

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
