"""What the pages of adjustments, transfers and purchase orders share: lines written together, refusals at the moment of saving."""

from typing import Any

from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.domain.stock import BeyondStock
from portal.access.admin.asking import CONFIRMED, ask
from portal.kit.errors import DomainError
from portal.kit.money import number_text
from portal.tenancy.admin import TenantInline
from portal.tenancy.forms import BoundedFormSet


def quantity_text(quantity) -> str:
    """A quantity as the reader's language writes it."""
    return "–" if quantity is None else number_text(quantity, get_language())


class WrittenFormSet(BoundedFormSet):
    """Lines that a verb writes all together."""

    def written(self) -> list[Model]:
        """The lines as they are to be: typed and kept ones in the order of the page, then those beyond it."""
        shown = {form.instance.pk for form in self.initial_forms}
        lines: Any = self.instance.lines.select_related("product").order_by("position", "pk")
        rest = [line for line in lines if line.pk not in shown]
        gone = self.deleted_forms
        kept = [form for form in self.forms if form not in gone and (form in self.initial_forms or form.has_changed())]
        return [*(form.instance for form in kept), *rest]


class WrittenInline(TenantInline):
    """Lines of a record that change until its state says otherwise; `is_open(record)` tells."""

    formset = WrittenFormSet
    ordering = ("position", "pk")

    def is_open(self, obj) -> bool:
        raise NotImplementedError

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and self.is_open(obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_open(obj)


class RefusableForm:
    """What the domain refused while the page was saved stands above it, and nothing that was typed is lost."""

    refusal = ""

    def clean(self):
        super().clean()  # type: ignore[misc]
        if self.refusal:
            self.add_error(None, self.refusal)  # type: ignore[attr-defined]
        return self.cleaned_data  # type: ignore[attr-defined]


class SavesOrSaysWhy:
    """A page whose saving may be refused, or asks first where a warehouse has too little (DYNAMICS 7.5)."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        page: Any = super()
        try:
            return page.changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            if isinstance(error, BeyondStock) and error.may_confirm:
                title, button = _("Not enough in the warehouse"), _("Take it anyway")
                back = request.get_full_path()
                return ask(self, request, [error.message], title=title, button=button, back=back)
            request.refusal = error.message
            return page.changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        form.refusal = getattr(request, "refusal", "")
        return form


def knows(request) -> bool:
    """Whether whoever saves has confirmed that a warehouse has too little."""
    return CONFIRMED in request.POST
