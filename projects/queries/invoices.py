"""Project invoices: what lists, pages and papers show (PSA-4). What is not charged, and not complimentary either, is the company's own."""

import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from projects.enums import BillingType, InvoiceStatus
from projects.models import Contract, Project, ProjectInvoice, ProjectInvoiceLine
from projects.queries.documents import named, of_seen_projects, packed, with_money, with_project

CORRECTED = Q(corrected_at__isnull=False)
OPEN = Q(status=InvoiceStatus.CONFIRMED, corrected_at__isnull=True)
PAID = Q(status=InvoiceStatus.PAID)
CLOSED = PAID | Q(status=InvoiceStatus.CONFIRMED, corrected_at__isnull=False)
EVERY = Q(status__in=[InvoiceStatus.CONFIRMED, InvoiceStatus.PAID])

# What a line of the list and of its export is made of; nothing else is read.
LIST_FIELDS = (
    "number",
    "status",
    "invoice_date",
    "due_date",
    "corrected_at",
    "currency",
    "net",
    "tax",
    "total",
    "account__name",
)
FOR_STAFF = ("internal_notes", "external_number")


def invoice_list(viewer):
    """Invoices as the list shows them, with what `with_money` and `with_origin` say."""
    found = with_origin(with_money(ProjectInvoice.objects.all(), viewer), viewer)
    return found.select_related("account").only(*LIST_FIELDS)


def invoice_detail(viewer):
    """An invoice as its page and its paper show it, with the numbers and ids of what it corrects and of its correction."""
    found = with_origin(with_money(ProjectInvoice.objects.all(), viewer), viewer)
    corrections = ProjectInvoice.objects.visible_to(viewer).filter(corrects=OuterRef("pk"))
    sees_project = Exists(Project.objects.visible_to(viewer).filter(pk=OuterRef("project")))
    return (
        found.annotate(
            seen_corrects=named(ProjectInvoice.objects.all(), viewer, OuterRef("corrects")),
            correction_id=Subquery(corrections.values("pk")[:1]),
            seen_correction=Coalesce(Subquery(corrections.values("number")[:1]), Value("")),
            sees_project=sees_project,
        )
        .select_related("account__place")
        .defer(*FOR_STAFF)
    )


def invoice_for_staff():
    """An invoice as staff put it on paper: nothing that it names is hidden from them."""
    names = {"seen_project": "project__name", "seen_contract": "contract__number", "seen_corrects": "corrects__number"}
    corrections = ProjectInvoice.objects.filter(corrects=OuterRef("pk"), confirmed_at__isnull=False)
    return ProjectInvoice.objects.annotate(
        **{name: Coalesce(F(path), Value("")) for name, path in names.items()},
        correction_id=Subquery(corrections.values("pk")[:1]),
        seen_correction=Coalesce(Subquery(corrections.values("number")[:1]), Value("")),
        sees_project=Case(When(project__isnull=False, then=True), default=False, output_field=BooleanField()),
    ).select_related("account__place")


def with_origin(invoices, viewer):
    """The names of project and contract, "" unless the viewer may see each."""
    seen_contract = named(Contract.objects.all(), viewer, OuterRef("contract"))
    return with_project(invoices, viewer).annotate(seen_contract=seen_contract)


def invoice_matches(viewer, word: str) -> Q:
    """What a search looks at: number, customer, and project and contract where the viewer sees them."""
    contracts = Contract.objects.visible_to(viewer).filter(Q(number__icontains=word) | Q(name__icontains=word))
    return (
        Q(number__icontains=word)
        | Q(account__name__icontains=word)
        | Q(project__in=of_seen_projects(viewer, word))
        | Q(contract__in=contracts.values("pk"))
    )


def is_overdue(day: dt.date) -> Q:
    """Open invoices whose last day to pay lies before this one."""
    return OPEN & Q(due_date__lt=day)


def find_invoices(viewer, text: str):
    """For the portal's search: visible invoices by number, the newest first."""
    found = ProjectInvoice.objects.visible_to(viewer).filter(number__icontains=text)
    return found.order_by("-invoice_date", "-pk")[:10]


def lines_of(invoice: ProjectInvoice) -> list[ProjectInvoiceLine]:
    """What the customer reads, in order, with who, role and task; the company's own description is not even read."""
    lines = ProjectInvoiceLine.objects.filter(invoice=invoice).exclude(billing_type=BillingType.NON_CHARGEABLE)
    found = lines.select_related("task", "role", "resource").defer("internal_description")
    return list(found.order_by("position", "pk"))


def invoices_of(viewer, **of) -> ArraySubquery:
    """The latest invoices of a project or contract that the viewer sees, as `packed` has it."""
    seen = with_money(ProjectInvoice.objects.visible_to(viewer), viewer).filter(**of)
    names = ("number", "status", "invoice_date", "due_date", "corrected_at", "currency", "total", "sees_money")
    return packed(seen, names, "-invoice_date", "-pk")
