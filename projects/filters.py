"""Filters of the section's lists; kept in the URL (FS-7)."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.tenancy.days import today
from projects.enums import ContractKind, Health, ProjectStage
from projects.queries import invoices as invoice_queries
from projects.queries.resources import roles_of


class ProjectFilter(django_filters.FilterSet):
    """By stage, and by how it stands where the viewer reads that."""

    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=ProjectStage.choices, empty_label=_("Any"))
    health = django_filters.ChoiceFilter(
        field_name="seen_health", label=_("Status"), choices=Health.choices, empty_label=_("Any")
    )


def resource_filter(viewer) -> type[django_filters.FilterSet]:
    """By role. It offers the roles of those whom the viewer sees."""
    roles = roles_of(viewer)

    class ResourceFilter(django_filters.FilterSet):
        role = django_filters.ChoiceFilter(label=_("Role"), choices=roles, empty_label=_("Any"))

    return ResourceFilter


class ContractFilter(django_filters.FilterSet):
    """By kind and by when it begins. The tabs part the states."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ContractKind.choices, empty_label=_("Any"))
    starts_from = django_filters.DateFilter(
        field_name="starts_date",
        lookup_expr="gte",
        label=_("Begins from"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    starts_until = django_filters.DateFilter(
        field_name="starts_date",
        lookup_expr="lte",
        label=_("Begins until"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class ProjectInvoiceFilter(django_filters.FilterSet):
    """By state and year; amounts are nothing that a list filters by."""

    STATES = (("open", _("Open")), ("overdue", _("Overdue")), ("paid", _("Paid")), ("corrected", _("Corrected")))

    state = django_filters.ChoiceFilter(label=_("Status"), choices=STATES, empty_label=_("Any"), method="in_state")
    year = django_filters.NumberFilter(
        field_name="invoice_date", lookup_expr="year", label=_("Year"), min_value=1900, max_value=2199, decimal_places=0
    )

    def in_state(self, invoices, _name, value):
        """Overdue is a state that the calendar makes."""
        conditions = {
            "open": invoice_queries.OPEN,
            "overdue": invoice_queries.is_overdue(today()),
            "paid": invoice_queries.PAID,
            "corrected": invoice_queries.CORRECTED,
        }
        return invoices.filter(conditions[value])
