"""Filters of the section's lists; kept in the URL (FS-7)."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import AgreementStatus, InvoiceKind, InvoiceStatus, Priority, WorkOrderStatus
from fieldservice.queries.assets import choices_of, no_warranty, under_warranty, warranty_over
from fieldservice.queries.invoices import is_overdue
from portal.tenancy.days import today


class WorkOrderFilter(django_filters.FilterSet):
    """By status, priority and day of creation. No model behind it: it offers nothing that the viewer may not know."""

    status = django_filters.ChoiceFilter(
        field_name="system_status", label=_("Status"), choices=WorkOrderStatus.choices, empty_label=_("Any")
    )
    priority = django_filters.ChoiceFilter(label=_("Priority"), choices=Priority.choices, empty_label=_("Any"))
    since = django_filters.DateFilter(
        field_name="created_at",
        lookup_expr="date__gte",
        label=_("Created from"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        field_name="created_at",
        lookup_expr="date__lte",
        label=_("Created until"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class AgreementFilter(django_filters.FilterSet):
    """By status and by when it ends. Estimates are no choice: nobody but staff knows of them."""

    STATUSES = tuple(each for each in AgreementStatus.choices if each[0] != AgreementStatus.ESTIMATE)

    status = django_filters.ChoiceFilter(label=_("Status"), choices=STATUSES, empty_label=_("Any"))
    ends_from = django_filters.DateFilter(
        field_name="end_date",
        lookup_expr="gte",
        label=_("Ends from"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    ends_until = django_filters.DateFilter(
        field_name="end_date",
        lookup_expr="lte",
        label=_("Ends until"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


def asset_filter(viewer) -> type[django_filters.FilterSet]:
    """By category, location and warranty. It offers the categories and locations of the assets that the viewer sees."""
    categories, locations = choices_of(viewer)

    class AssetFilter(django_filters.FilterSet):
        WARRANTY = (("holds", _("Under warranty")), ("over", _("Ended")), ("none", _("None recorded")))

        category = django_filters.ChoiceFilter(
            label=_("Category"), choices=[(each, each) for each in categories], empty_label=_("Any")
        )
        location = django_filters.ChoiceFilter(label=_("Location"), choices=locations, empty_label=_("Any"))
        warranty = django_filters.ChoiceFilter(
            label=_("Warranty"), choices=WARRANTY, empty_label=_("Any"), method="in_warranty"
        )

        def in_warranty(self, assets, _name, value):
            conditions = {"holds": under_warranty(today()), "over": warranty_over(today()), "none": no_warranty()}
            return assets.filter(conditions[value])

    return AssetFilter


class InvoiceFilter(django_filters.FilterSet):
    """By state, kind and year; amounts are nothing that a list filters by."""

    OVERDUE = "overdue"
    STATES = (
        (InvoiceStatus.ISSUED, InvoiceStatus.ISSUED.label),
        (OVERDUE, _("Overdue")),
        (InvoiceStatus.PAID, InvoiceStatus.PAID.label),
        (InvoiceStatus.CANCELED, InvoiceStatus.CANCELED.label),
    )

    state = django_filters.ChoiceFilter(label=_("Status"), choices=STATES, empty_label=_("Any"), method="in_state")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=InvoiceKind.choices, empty_label=_("Any"))
    year = django_filters.NumberFilter(
        field_name="invoice_date", lookup_expr="year", label=_("Year"), min_value=1900, max_value=2199, decimal_places=0
    )

    def in_state(self, invoices, _name, value):
        """Overdue is a state that the calendar makes; nobody pays a credit note."""
        if value == self.OVERDUE:
            return invoices.filter(is_overdue(today()))
        found = invoices.filter(status=value)
        return found.exclude(kind=InvoiceKind.CREDIT_NOTE) if value == InvoiceStatus.PAID else found
