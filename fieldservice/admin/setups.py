"""Setups of agreements: what is done or charged, and how often; each on a page of its own, with its recurrence in words (FS-2)."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.admin.agreements import OwnAssetsFormSet
from fieldservice.admin.recurrence_form import RecurrenceForm
from fieldservice.domain.recurrences import days_text, listed, next_by_rule, recurrence_of, words
from fieldservice.domain.setups import rebuild
from fieldservice.enums import AgreementStatus
from fieldservice.models import BookingSetup, InvoiceSetup, InvoiceSetupLine, SetupIncident
from portal.catalog.enums import ProductKind
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.days import today
from portal.tenancy.forms import BoundedFormSet, TenantForm

OPEN = (AgreementStatus.ESTIMATE, AgreementStatus.ACTIVE)
NEXT_DATES = 5


class SetupForm(RecurrenceForm):
    """A setup belongs to an agreement that is not over."""

    def clean_agreement(self):
        agreement = self.cleaned_data["agreement"]
        if agreement.status not in OPEN:
            self.add_error("agreement", _("This agreement has ended."))
        return agreement


class BookingSetupForm(SetupForm):
    """The asset is the account's own; the window has two ends."""

    def clean(self):
        super().clean()
        data = self.cleaned_data
        agreement = data.get("agreement") or getattr(self.instance, "agreement", None)
        asset = data.get("asset")
        if asset is not None and agreement is not None and asset.account_id != agreement.account_id:
            self.add_error("asset", _("This asset belongs to another account."))
        if bool(data.get("window_starts")) != bool(data.get("window_ends")):
            missing = "window_ends" if data.get("window_starts") else "window_starts"
            self.add_error(missing, _("Name both times of the window, or neither."))
        return data


class IncidentFormSet(OwnAssetsFormSet):
    """Further services for assets of the agreement's account."""

    def account_id(self):
        agreement = getattr(self.instance, "agreement", None)  # type: ignore[attr-defined]
        return agreement.account_id if agreement else None


class IncidentInline(TenantInline):
    """Further services of the same visit."""

    model = SetupIncident
    formset = IncidentFormSet
    fields = ("incident_type", "asset")
    autocomplete_fields = ("incident_type", "asset")
    ordering = ("pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("incident_type", "asset")


class LineForm(TenantForm):
    """Services by time belong on work orders."""

    def clean_product(self):
        product = self.cleaned_data["product"]
        if product.kind == ProductKind.SERVICE:
            self.add_error(
                "product", _("A service by time belongs on a work order, not on the invoice of an agreement.")
            )
        return product


class LineFormSet(BoundedFormSet):
    """An invoice charges something."""

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not any(self.errors) and not kept:
            self._non_form_errors.append(_("Enter at least one line."))  # type: ignore[attr-defined]


class LineInline(TenantInline):
    """What each invoice charges."""

    model = InvoiceSetupLine
    form = LineForm
    formset = LineFormSet
    fields = ("position", "product", "description", "quantity", "unit_price")
    autocomplete_fields = ("product",)
    ordering = ("position", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product")

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if obj is None else 0


class SetupAdmin(TenantModelAdmin):
    """What both kinds of setups have in common. Once dates were planned a setup is switched off, not deleted."""

    list_filter: tuple[str, ...] = ("is_active",)
    list_select_related = ("agreement",)
    search_fields = ("name", "agreement__number", "agreement__name", "agreement__account__name")
    ordering = ("-pk",)
    repeats = (
        ("every", "unit"),
        "starts_date",
        "weekdays",
        "nths",
        "month_days",
        "months",
        ("ends", "until", "times"),
        ("extra_dates", "skipped_dates"),
    )
    dates_name: str

    def recurrence_fields(self, request, obj):
        """What is entered; of a setup that nobody changes any more, what came of it."""
        if obj is None or self.has_change_permission(request, obj):
            return (*self.repeats, "summary_of_dates")
        return ("summary_of_dates", "starts_date")

    def get_readonly_fields(self, request, obj=None):
        return ("summary_of_dates",) if obj is None else ("agreement", "summary_of_dates")

    def has_change_permission(self, request, obj=None):
        is_open = obj is None or obj.agreement.status in OPEN
        return super().has_change_permission(request, obj) and is_open

    def has_delete_permission(self, request, obj=None):
        is_new = obj is None or not obj.dates.exists()
        return super().has_delete_permission(request, obj) and is_new

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("agreement")

    @admin.display(description=gettext_lazy("recurrence"))
    def recurrence(self, setup):
        return words(recurrence_of(setup, setup.agreement))

    @admin.display(description=gettext_lazy("in words"))
    def summary_of_dates(self, setup):
        """The recurrence, the next dates, and where all of them are."""
        if setup.pk is None or not setup.agreement_id:
            return _("It is shown here once you save.")
        about = urlencode({"setup__id__exact": setup.pk, "when": "all"})
        return format_html(
            '<p>{}</p><p>{}</p><p><a href="{}?{}">{}</a></p>',
            words(recurrence_of(setup, setup.agreement)),
            next_sentence(setup),
            reverse(f"admin:fieldservice_{self.dates_name}_changelist"),
            about,
            _("All dates"),
        )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        rebuild(form.instance)
        self.message_user(request, next_sentence(form.instance), messages.INFO)


def next_sentence(setup) -> str:
    """The next dates by the recurrence, as a sentence."""
    found = next_by_rule(setup, setup.agreement, after=today(), count=NEXT_DATES)
    if not found:
        return _("No dates are left within the term.")
    return _("Next dates: %(dates)s.") % {"dates": listed(days_text(found))}


@admin.register(BookingSetup, site=portal_admin)
class BookingSetupAdmin(SetupAdmin):
    """Which visits come of an agreement."""

    position = 13
    form = BookingSetupForm
    list_display = ("name", "agreement", "recurrence", "is_automatic", "is_active")
    list_filter = ("is_active", "is_automatic")
    autocomplete_fields = ("agreement", "incident_type", "asset", "place")
    inlines = (IncidentInline,)
    dates_name = "bookingdate"

    def get_fieldsets(self, request, obj=None):
        visit = ("incident_type", "asset", "place", "priority", "summary")
        return (
            (None, {"fields": ("agreement", "name", *visit)}),
            (_("When"), {"fields": self.recurrence_fields(request, obj)}),
            (
                _("The visit around each date"),
                {"fields": (("days_before", "days_after"), ("window_starts", "window_ends"))},
            ),
            (_("Generating"), {"fields": ("is_automatic", "days_ahead", "is_active")}),
        )


@admin.register(InvoiceSetup, site=portal_admin)
class InvoiceSetupAdmin(SetupAdmin):
    """Which invoices come of an agreement, whatever work is done."""

    position = 14
    form = SetupForm
    list_display = ("name", "agreement", "recurrence", "is_active")
    autocomplete_fields = ("agreement",)
    inlines = (LineInline,)
    dates_name = "invoicedate"

    def get_fieldsets(self, request, obj=None):
        return (
            (None, {"fields": ("agreement", "name")}),
            (_("When"), {"fields": self.recurrence_fields(request, obj)}),
            (_("Generating"), {"fields": ("days_ahead", "is_active")}),
        )
