"""Partners in the programme with what they take on and how they did so far; lead types (PRT-1)."""

from django.contrib import admin
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from partners.domain.rules import load_settings, stalled_before
from partners.engine.metrics import Rates, rates
from partners.models import (
    LeadType,
    PartnerLeadType,
    PartnerProduct,
    PartnerProgramme,
    PartnerRecord,
    PartnerTerritory,
)
from partners.queries.records import record_of, with_records
from partners.words import figure, share_text
from portal.accounts.enums import AccountKind
from portal.kit.money import money_text
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm
from portal.tenancy.scope import current_tenant

COUNTED = ("delivered", "accepted", "declined", "expired", "returned", "won", "closed")


@admin.register(LeadType, site=portal_admin)
class LeadTypeAdmin(TenantModelAdmin):
    """Kinds of opportunities; one that is no longer used is switched off."""

    position = 50
    allows_deleting = False
    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "is_active")


class TerritoryInline(TenantInline):
    """Where the partner works."""

    model = PartnerTerritory
    fields = autocomplete_fields = ("territory",)
    ordering = ("territory__name", "pk")
    verbose_name, verbose_name_plural = gettext_lazy("territory"), gettext_lazy("Territories")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("territory")


class LeadTypeInline(TenantInline):
    """What the partner takes."""

    model = PartnerLeadType
    fields = autocomplete_fields = ("lead_type",)
    ordering = ("lead_type__name", "pk")
    verbose_name, verbose_name_plural = gettext_lazy("lead type"), gettext_lazy("Lead types")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("lead_type")


class ProductInline(TenantInline):
    """What the partner can deliver."""

    model = PartnerProduct
    fields = autocomplete_fields = ("product",)
    ordering = ("product__name", "pk")
    verbose_name, verbose_name_plural = gettext_lazy("product"), gettext_lazy("Products")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product")


class ProgrammeForm(TenantForm):
    """Partner accounts only: what customers have is not distributed to customers."""

    def clean_account(self):
        account = self.cleaned_data["account"]
        if account.kind != AccountKind.PARTNER:
            self.add_error("account", _("This account is no partner. Set its kind to partner first."))
        return account


@admin.register(PartnerProgramme, site=portal_admin)
class PartnerProgrammeAdmin(TenantModelAdmin):
    """Who leaves the programme stays on record as a former member."""

    position = 10
    form = ProgrammeForm
    allows_deleting = False
    list_display = ("account", "membership", "is_active", "room", "revenue", "win_rate", "touch_rate", "return_rate")
    list_filter = ("membership", "is_active")
    search_fields = ("account__name", "account__number")
    ordering = ("account__name", "pk")
    autocomplete_fields = ("account",)
    inlines = (TerritoryInline, LeadTypeInline, ProductInline)

    def get_queryset(self, request):
        return with_records(super().get_queryset(request), stalled_before(load_settings())).select_related("account")

    def get_fieldsets(self, request, obj=None):
        return (
            (None, {"fields": ("account", ("membership", "since_date"), "is_active")}),
            (_("What the partner takes on"), {"fields": ("capacity", ("minimum_revenue", "maximum_revenue"))}),
            *(() if obj is None else ((_("Record"), {"fields": ("room", *RATES, "counted", "first_reports")}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None else ("account", "room", *RATES, "counted", "first_reports")

    @admin.display(description=gettext_lazy("open"))
    def room(self, programme):
        values = {"open": programme.record_open_count or 0, "capacity": programme.capacity}
        return _("%(open)s of %(capacity)s") % values

    @admin.display(description=gettext_lazy("estimated revenue"), ordering="minimum_revenue")
    def revenue(self, programme):
        return revenue_text(programme)

    @admin.display(description=gettext_lazy("win rate"))
    def win_rate(self, programme):
        return share_text(rates_of(programme).win_rate)

    @admin.display(description=gettext_lazy("touch rate"))
    def touch_rate(self, programme):
        return share_text(rates_of(programme).touch_rate)

    @admin.display(description=gettext_lazy("return rate"))
    def return_rate(self, programme):
        return share_text(rates_of(programme).return_rate)

    @admin.display(description=gettext_lazy("customer feedback rate"))
    def feedback_rate(self, programme):
        return share_text(rates_of(programme).feedback_rate)

    @admin.display(description=gettext_lazy("stall rate"))
    def stall_rate(self, programme):
        return share_text(rates_of(programme).stall_rate)

    @admin.display(description=gettext_lazy("average time to close"))
    def days_to_close(self, programme):
        days = rates_of(programme).days_to_close
        return "–" if days is None else _("%(number)s days") % {"number": figure(days, 1)}

    @admin.display(description=gettext_lazy("first progress reports"))
    def first_reports(self, programme):
        """A metric of its own beside the customers' feedback; it has no weight."""
        return share_text(rates_of(programme).first_report_rate)

    @admin.display(description=gettext_lazy("counted from its deliveries"))
    def counted(self, programme):
        record = record_of(programme)
        labels = {name: PartnerRecord._meta.get_field(name).verbose_name for name in COUNTED}
        return ", ".join(f"{labels[name]}: {getattr(record, name)}" for name in COUNTED)


RATES = ("win_rate", "touch_rate", "return_rate", "feedback_rate", "stall_rate", "days_to_close")


def rates_of(programme: PartnerProgramme) -> Rates:
    """The partner's own rates; those without history are None."""
    return rates(record_of(programme))


def revenue_text(programme: PartnerProgramme) -> str:
    """The range of estimated revenue; an open end is said in words."""
    low, high = programme.minimum_revenue, programme.maximum_revenue

    def words(amount):
        return money_text(amount, current_tenant().currency, get_language())

    if low is None and high is None:
        return _("any")
    if high is None:
        return _("from %(amount)s") % {"amount": words(low)}
    if low is None:
        return _("up to %(amount)s") % {"amount": words(high)}
    return f"{words(low)} – {words(high)}"
