"""Contracts and order forms: what lists, pages and papers show (PSA-3)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from projects.enums import ContractStatus
from projects.models import Contract, ContractLine, ContractMilestone, Quote
from projects.queries.documents import named, of_seen_projects, packed, with_money, with_project
from projects.queries.invoices import invoices_of

ACTIVE = Q(status=ContractStatus.ACTIVE)
CLOSED = Q(status=ContractStatus.CLOSED)
EVERY = Q(status__in=[ContractStatus.ACTIVE, ContractStatus.CLOSED])

# What a line of the list and of its export is made of; nothing else is read.
LIST_FIELDS = (
    "number",
    "kind",
    "name",
    "status",
    "starts_date",
    "ends_date",
    "currency",
    "net",
    "tax",
    "total",
    "account__name",
)
FOR_STAFF = ("internal_notes", "external_number")


def contract_list(viewer):
    """Contracts as the list shows them, with what `with_money` and `with_project` say."""
    found = with_project(with_money(Contract.objects.all(), viewer), viewer)
    return found.select_related("account").only(*LIST_FIELDS)


def contract_detail(viewer):
    """A contract as its page and its paper show it."""
    found = with_project(with_money(Contract.objects.all(), viewer), viewer)
    seen_quote = named(Quote.objects.all(), viewer, OuterRef("quote"))
    invoices = invoices_of(viewer, contract=OuterRef("pk"))
    return (
        found.annotate(seen_quote=seen_quote, seen_invoices=invoices).select_related("account__place").defer(*FOR_STAFF)
    )


def contract_for_staff():
    """A contract as staff put it on paper: nothing that it names is hidden from them."""
    names = {"seen_project": "project__name", "seen_quote": "quote__number"}
    found = Contract.objects.annotate(**{name: Coalesce(F(path), Value("")) for name, path in names.items()})
    return found.select_related("account__place")


def contract_matches(viewer, word: str) -> Q:
    """What a search looks at: number, name, account, and the project where the viewer sees it."""
    return (
        Q(number__icontains=word)
        | Q(name__icontains=word)
        | Q(account__name__icontains=word)
        | Q(project__in=of_seen_projects(viewer, word))
    )


def find_contracts(viewer, text: str):
    """For the portal's search: visible contracts by number or name, the newest first."""
    found = Contract.objects.visible_to(viewer).filter(Q(number__icontains=text) | Q(name__icontains=text))
    return found.order_by("-starts_date", "-pk")[:10]


def lines_of(contract: Contract) -> list[ContractLine]:
    """What was agreed, in order."""
    return list(ContractLine.objects.filter(contract=contract).order_by("position", "pk"))


def milestones_of(contract: Contract) -> list[ContractMilestone]:
    """When fixed prices are billed, each with its line: by day, those without one last."""
    found = ContractMilestone.objects.filter(line__contract=contract).select_related("line")
    return list(found.order_by(F("due_date").asc(nulls_last=True), "line__position", "position", "pk"))


def contracts_of(viewer, project) -> ArraySubquery:
    """The latest contracts of a project that the viewer sees, as `packed` has it."""
    seen = with_money(Contract.objects.visible_to(viewer), viewer).filter(project=project)
    names = ("number", "name", "status", "starts_date", "currency", "total", "sees_money")
    return packed(seen, names, "-starts_date", "-pk")
