"""Agreements: written as estimates, put into force and ended by the domain's verbs (FS-1, FS-2)."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.admin.agreement_actions import AGREEMENT_ACTIONS
from fieldservice.domain.agreements import check_term, create_agreement, extend
from fieldservice.domain.recurrences import recurrence_of, words
from fieldservice.domain.setups import rebuild_all
from fieldservice.enums import AgreementStatus
from fieldservice.models import Agreement, AgreementAsset, BookingDate, BookingSetup, InvoiceDate, InvoiceSetup
from fieldservice.queries.agreements import still_to_come
from portal.access.admin import ExposedModelAdmin
from portal.access.admin.record_actions import RecordActions
from portal.kit.errors import DomainError
from portal.tenancy.admin import TenantInline, portal_admin
from portal.tenancy.forms import BoundedFormSet, TenantForm
from portal.timeline.admin import TimelineMixin

OPEN = (AgreementStatus.ESTIMATE, AgreementStatus.ACTIVE)
# What an agreement in force still changes, and what one that ended does.
IN_FORCE = ("billing_account", "price_list", "generation_time", "end_date")
LASTING = ("name", "description", "is_exposed", "internal_notes", "external_number")


class AgreementForm(TenantForm):
    """A term that is one, of an account that is served."""

    def clean(self):
        super().clean()
        account = self.cleaned_data.get("account")
        if account is not None and not account.is_active:
            self.add_error("account", _("This account is no longer served."))
        start = self.cleaned_data.get("start_date") or self.instance.start_date
        end = self.cleaned_data.get("end_date")
        if start is not None and end is not None:
            try:
                check_term(start, end)
            except DomainError as error:
                self.add_error(error.field, error.message)
        return self.cleaned_data


class OwnAssetsFormSet(BoundedFormSet):
    """Rows that name assets of the account that the record is about."""

    def account_id(self):
        """The account, None while it is not known."""
        return self.instance.account_id  # type: ignore[attr-defined]

    def clean(self):
        super().clean()
        account = self.account_id()
        for form in self.forms:
            asset = (form.cleaned_data if form.is_valid() else {}).get("asset")
            if asset is not None and account is not None and asset.account_id != account:
                form.add_error("asset", _("This asset belongs to another account."))


class CoverageInline(TenantInline):
    """The covered assets."""

    model = AgreementAsset
    formset = OwnAssetsFormSet
    fields = ("asset",)
    autocomplete_fields = ("asset",)
    ordering = ("asset__name", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("asset")


class SetupInline(TenantInline):
    """The setups of an agreement in words; each is edited on a page of its own."""

    allows_adding = False
    allows_changing = False
    allows_deleting = False
    show_change_link = True
    fields = readonly_fields = ("recurrence", "next_date", "is_active")
    ordering = ("name", "pk")

    def get_queryset(self, request):
        coming = still_to_come(self.dates).filter(setup=OuterRef("pk")).order_by("date").values("date")[:1]
        return super().get_queryset(request).select_related("agreement").annotate(coming=Subquery(coming))

    @admin.display(description=gettext_lazy("recurrence"))
    def recurrence(self, setup):
        return words(recurrence_of(setup, setup.agreement))

    @admin.display(description=gettext_lazy("next date"))
    def next_date(self, setup):
        return date_format(setup.coming, "DATE_FORMAT") if setup.coming else "–"


class BookingSetupInline(SetupInline):
    model = BookingSetup
    dates = BookingDate


class InvoiceSetupInline(SetupInline):
    model = InvoiceSetup
    dates = InvoiceDate


@admin.register(Agreement, site=portal_admin)
class AgreementAdmin(RecordActions, TimelineMixin, ExposedModelAdmin):
    """An estimate becomes active, expires or is canceled by its actions; what came of it stays."""

    position = 12
    form = AgreementForm
    allows_deleting = False
    record_actions = AGREEMENT_ACTIONS
    list_display = ("number", "name", "account", "status", "start_date", "end_date", "is_exposed")
    list_filter = ("status", "is_exposed")
    list_select_related = ("account",)
    search_fields = ("number", "external_number", "name", "account__name")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("account", "billing_account", "price_list")
    inlines = (CoverageInline, BookingSetupInline, InvoiceSetupInline)
    unaudited_fields = ("is_exposed", "end_date")

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else ("number", "status")
        past = ("created_at", "activated_at", "ended_at", "cancel_reason")
        return (
            (None, {"fields": (*head, "account", "billing_account", "name", ("start_date", "end_date"))}),
            (_("What comes of it"), {"fields": ("price_list", "generation_time")}),
            (_("For the customer"), {"fields": ("is_exposed", "description")}),
            (_("For staff only"), {"fields": ("internal_notes", "external_number")}),
            *(() if obj is None else ((_("Record"), {"fields": past}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        fixed = ["number", "status", "account", "created_at", "activated_at", "ended_at", "cancel_reason"]
        if obj.status != AgreementStatus.ESTIMATE:
            fixed.append("start_date")
        return (*fixed, *(() if obj.status in OPEN else IN_FORCE))

    def tools(self, obj) -> list[dict]:
        """The actions, and where setups are added and dates are listed."""
        about = urlencode({"agreement": obj.pk})
        more = []
        if obj.status in OPEN:
            more += [
                {"label": _("Add visits"), "url": f"{reverse('admin:fieldservice_bookingsetup_add')}?{about}"},
                {
                    "label": _("Add regular invoices"),
                    "url": f"{reverse('admin:fieldservice_invoicesetup_add')}?{about}",
                },
            ]
        found = urlencode({"q": obj.number, "when": "all"})
        dates = {"label": _("Dates"), "url": f"{reverse('admin:fieldservice_bookingdate_changelist')}?{found}"}
        return [*super().tools(obj), *more, *([dates] if obj.activated_at else [])]

    def save_model(self, request, obj, form, change):
        if change:
            term = {"end_date": obj.end_date} if "end_date" in form.changed_data else {}
            obj.end_date = form.initial["end_date"] if term else obj.end_date
            super().save_model(request, obj, form, change)
            if term:
                extend(obj, **term, by=request.user)
            return
        names = ("name", "start_date", "end_date", "billing_account", "price_list", "generation_time", "description")
        words_of_staff = {name: getattr(obj, name) for name in (*names, "internal_notes", "is_exposed")}
        made = create_agreement(obj.account, **words_of_staff, by=request.user)
        made.external_number = obj.external_number
        made.save(update_fields=["external_number"])
        obj.pk = made.pk
        obj.refresh_from_db()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and {"generation_time", "start_date"} & set(form.changed_data):
            rebuild_all(form.instance)

    def log_addition(self, request, obj, message):
        """`create_agreement` wrote the audit."""

    def response_add(self, request, obj, post_url_continue=None):
        """To the agreement's own page, where its setups are added."""
        super().response_add(request, obj, post_url_continue)
        return redirect("admin:fieldservice_agreement_change", obj.pk)
