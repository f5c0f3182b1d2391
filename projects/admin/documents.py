"""What contracts and project invoices share in the admin: written while they are drafts, saved by the domain's verbs."""

from typing import Any

from django.contrib import admin
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.access.admin import ExposedModelAdmin
from portal.access.admin.record_actions import RecordActions
from portal.access.domain.exposure import note_exposure
from portal.kit.money import money_text
from portal.tenancy.forms import StatusForm
from portal.timeline.admin import TimelineMixin
from projects.domain.documents import lock

# What lasts beyond the draft, and what no verb that drafts takes.
LASTING_FIELDS = ("is_exposed", "internal_notes", "external_number")
BESIDE = ("internal_notes", "external_number")
SUMS = ("net_text", "tax_text", "total_text")


class DocumentForm(StatusForm):
    """What the fields name must go together; a form that was opened before somebody changed the state is refused."""

    of_account: tuple[str, ...] = ("project",)
    lock = staticmethod(lock)

    def clean(self):
        super().clean()
        account = self.cleaned_data.get("account") or (None if self.is_new else self.instance.account)
        for name in self.of_account:
            origin = self.cleaned_data.get(name)
            if account and origin and account.pk != origin.account_id:
                self.add_error(name, _("This record belongs to another account."))
        return self.cleaned_data


class DocumentAdmin(RecordActions, TimelineMixin, ExposedModelAdmin):
    """Subclasses name `draft_fields`, `line_model`, the verbs `draft(obj, by)` and `write_lines(formset, by)`, and the fieldsets."""

    allows_deleting = False
    draft_fields: tuple[str, ...]
    line_model: type
    list_select_related = ("account",)
    ordering = ("-created_at", "-pk")
    unaudited_fields = ("is_exposed", "seen_status")

    def draft(self, obj, by) -> Any:
        """The new document, by the domain's verb."""
        raise NotImplementedError

    def write_lines(self, document, formset, by) -> None:
        """Its lines, by the domain's verb."""
        raise NotImplementedError

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        shown = {name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]}
        editable = {*LASTING_FIELDS, *(self.draft_fields if is_draft(obj) else ()), "seen_status"}
        return tuple(sorted(shown - editable))

    def save_model(self, request, obj, form, change):
        if change:
            written = [name for name in form.changed_data if name != "seen_status"]
            obj.save(update_fields=written)
            if "is_exposed" in written:
                note_exposure(obj, to=obj.is_exposed, by=request.user)
            return
        made = self.draft(obj, request.user)
        for name in BESIDE:
            setattr(made, name, getattr(obj, name))
        made.save(update_fields=BESIDE)
        obj.pk = made.pk
        obj.refresh_from_db()

    def save_formset(self, request, form, formset, change):
        if formset.model is self.line_model and formset.has_changed():
            formset.save(commit=False)
            self.write_lines(form.instance, formset, request.user)

    def audited_formsets(self, formsets):
        """None: the verbs wrote the audit."""
        return []

    def log_addition(self, request, obj, message):
        """The verb that drafts wrote the audit."""

    @admin.display(description=gettext_lazy("net"))
    def net_text(self, document):
        return in_words(document, document.net)

    @admin.display(description=gettext_lazy("tax"))
    def tax_text(self, document):
        return in_words(document, document.tax)

    @admin.display(description=gettext_lazy("total"), ordering="total")
    def total_text(self, document):
        return in_words(document, document.total)


def is_draft(document) -> bool:
    """Whether what it says may be written."""
    return document is None or document.status == "draft"


def in_words(document, amount) -> str:
    """An amount as the reader's language writes it."""
    return money_text(amount, document.currency, get_language())
