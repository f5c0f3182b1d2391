"""The dates of setups: what was made of them, what went wrong; generated early, left out, taken back (FS-2)."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fieldservice.domain.generation import GENERATING, generate_now
from fieldservice.domain.setups import leave_out, take_back
from fieldservice.enums import AgreementStatus, DateStatus
from fieldservice.models import BookingDate, InvoiceDate
from portal.access.admin.asking import ask, is_confirmed
from portal.access.admin.record_actions import Action, RecordActions
from portal.kit.errors import DomainError
from portal.tenancy.admin import ReadOnlyAdmin, portal_admin
from portal.tenancy.days import today

# One request, one transaction.
BULK_LIMIT = 100
COMING, PAST, ALL = "coming", "past", "all"


class WhenFilter(admin.SimpleListFilter):
    """Dates to come, unless others are asked for."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [(COMING, _("From today on")), (PAST, _("Past")), (ALL, _("All"))]

    def choices(self, changelist):
        for key, label in self.lookup_choices:
            yield {
                "selected": (self.value() or COMING) == key,
                "query_string": changelist.get_query_string({self.parameter_name: key}),
                "display": label,
            }

    def queryset(self, request, queryset):
        match self.value():
            case "past":
                return queryset.filter(date__lt=today())
            case "all":
                return queryset
            case _:
                return queryset.filter(date__gte=today())


class ProblemFilter(admin.SimpleListFilter):
    """Dates that could not be generated."""

    title = gettext_lazy("problem")
    parameter_name = "problem"

    def lookups(self, request, model_admin):
        return [("yes", _("With a problem"))]

    def queryset(self, request, queryset):
        return queryset.filter(~Q(problem=""), status=DateStatus.ACTIVE) if self.value() == "yes" else queryset


def is_waiting(date) -> bool:
    return date.status == DateStatus.ACTIVE


def generated(date, data, by):
    generate_now(date, by=by)
    return type(date).objects.get(pk=date.pk)


DATE_ACTIONS = (
    Action(
        "generate",
        gettext_lazy("Generate now"),
        gettext_lazy("What this date stands for is made now, before its time. It is not made a second time."),
        lambda date: is_waiting(date) and date.setup.agreement.status in GENERATING,
        generated,
        gettext_lazy("%(name)s was generated."),
    ),
    Action(
        "leave_out",
        gettext_lazy("Leave out"),
        gettext_lazy("Nothing is made on this date."),
        is_waiting,
        lambda date, data, by: leave_out(date, by=by),
        gettext_lazy("%(name)s is left out."),
        is_grave=True,
    ),
    Action(
        "take_back",
        gettext_lazy("Take back"),
        gettext_lazy("It is generated after all."),
        lambda date: date.status == DateStatus.CANCELED and date.setup.agreement.status == AgreementStatus.ACTIVE,
        lambda date, data, by: take_back(date, by=by),
        gettext_lazy("%(name)s comes again."),
    ),
)


class SetupDateAdmin(RecordActions, ReadOnlyAdmin):
    """Planned by the domain; staff generate, leave out and take back, one or many."""

    record_actions = DATE_ACTIONS
    actions = ("generate_all", "leave_out_all")
    list_display: Any = ("date", "setup", "agreement", "status", "due_at", "made", "problem")
    list_filter = (WhenFilter, "status", ProblemFilter)
    search_fields = ("setup__name", "setup__agreement__number", "setup__agreement__account__name")
    ordering = ("date", "pk")
    readonly_fields: Any = ("agreement", "made")
    fields: Any = ("date", "setup", "agreement", "status", "due_at", "made", "attempts", "problem")
    made_field: str

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("setup__agreement", self.made_field)

    @admin.display(description=gettext_lazy("agreement"))
    def agreement(self, date):
        agreement = date.setup.agreement
        address = reverse("admin:fieldservice_agreement_change", args=[agreement.pk])
        return format_html('<a href="{}">{}</a>', address, agreement)

    @admin.display(description=gettext_lazy("made of it"))
    def made(self, date):
        record = getattr(date, self.made_field)
        if record is None:
            return "–"
        address = reverse(f"admin:fieldservice_{record._meta.model_name}_change", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, record)

    @admin.action(description=gettext_lazy("Generate now"), permissions=["view"])
    def generate_all(self, request, queryset):
        return self.each(request, queryset, generate_now, title=_("Generate now"))

    @admin.action(description=gettext_lazy("Leave out"), permissions=["view"])
    def leave_out_all(self, request, queryset):
        return self.each(request, queryset, leave_out, title=_("Leave out"))

    def each(self, request, queryset, verb: Callable, *, title: str):
        """Ask, then do it with each chosen date that still waits; what one of them hinders holds up no other."""
        chosen = list(queryset.filter(status=DateStatus.ACTIVE).order_by("date", "pk")[: BULK_LIMIT + 1])
        if not chosen or len(chosen) > BULK_LIMIT:
            sentence = _("Choose from 1 to %(limit)d dates that still wait.") % {"limit": BULK_LIMIT}
            self.message_user(request, sentence, messages.ERROR)
            return None
        counted = ngettext("%(count)d date: %(first)s.", "%(count)d dates, from %(first)s to %(last)s.", len(chosen))
        sentences = [counted % {"count": len(chosen), "first": chosen[0].date, "last": chosen[-1].date}]
        if not is_confirmed(request, sentences):
            return ask(self, request, sentences, title=title, button=title, back=request.get_full_path())
        done = 0
        for date in chosen:
            try:
                verb(date, by=request.user)
            except DomainError as error:
                self.message_user(request, f"{date}: {error.message}", messages.ERROR)
            else:
                done += 1
        sentence = ngettext("%(count)d date: done.", "%(count)d dates: done.", done) % {"count": done}
        self.message_user(request, sentence, messages.SUCCESS if done else messages.WARNING)
        return None


@admin.register(BookingDate, site=portal_admin)
class BookingDateAdmin(SetupDateAdmin):
    """When visits are due."""

    position = 16
    made_field = "work_order"


@admin.register(InvoiceDate, site=portal_admin)
class InvoiceDateAdmin(SetupDateAdmin):
    """When invoices are due to be written."""

    position = 17
    made_field = "invoice"
