"""Inlines whose rows choose among a few rows of the record itself, as tasks among the phases of their project."""

from django.db.models import QuerySet

from portal.tenancy.admin import TenantInline
from portal.tenancy.forms import BoundedFormSet

MOST_OFFERED = 500


class OwnChoicesFormSet(BoundedFormSet):
    """The rows that `offered` gives are read once for all forms, at most MOST_OFFERED; `chosen` names the field."""

    chosen = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.own = self.offered()
        self.choices = [("", "–"), *((each.pk, str(each)) for each in self.own[:MOST_OFFERED])]

    def offered(self) -> QuerySet:
        """The record's own rows, in order."""
        raise NotImplementedError

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if self.chosen in form.fields:
            form.fields[self.chosen].queryset = self.own
            form.fields[self.chosen].choices = self.choices


class OwnChoicesInline(TenantInline):
    """Names in `own_choices` what its formset offers; no form reads a whole table for it."""

    own_choices: tuple[str, ...] = ()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name in self.own_choices:
            field.queryset = field.queryset.none()
        return field
