"""Work orders: what they hold, what it costs, who sees it, and what staff decide (FS-4); sub-statuses."""

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fieldservice.admin.stock_lines import SavesOrSaysWhy, knows
from fieldservice.admin.work_order_actions import WorkOrderActions
from fieldservice.admin.work_order_forms import SEEN, WorkOrderForm
from fieldservice.admin.work_order_lines import CONTENT_INLINES, amount_text, is_open, save_contents
from fieldservice.domain.tasks import minutes_of
from fieldservice.domain.work_orders import Terms, create_work_order
from fieldservice.enums import WorkOrderStatus
from fieldservice.models import SubStatus, WorkOrder, WorkOrderSignature
from fieldservice.queries.work_order_costs import Sums, invoices_of, sums_of
from portal.access.admin import ExposedModelAdmin
from portal.access.domain.exposure import note_exposure
from portal.kit.money import percent_text
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.scope import current_tenant
from portal.timeline.admin import TimelineMixin
from portal.web.times import format_duration, format_instant

CONTENTS = tuple(each.model for each in CONTENT_INLINES)
PEOPLE = ("account", "billing_account", "reported_by")
JOB = ("incident_type", "asset", "place", "priority", "summary")
WINDOW = ("window_starts_at", "window_ends_at")
TERMS = ("billing_account", "price_list", *WINDOW)
AMOUNTS = ("planned_text", "net_text", "tax_text", "total_text")
MARGIN = ("cost_text", "margin_text")
PAST = ("created_at", "first_arrived_at", "completed_at", "posted_at", "cancel_reason")
# What is still written once a work order is posted or canceled.
LASTING = ("sub_status", "is_exposed", "internal_notes", "external_number", *SEEN)
# What is written beside the verb that creates.
BESIDE = ("internal_notes", "external_number")


@admin.register(WorkOrder, site=portal_admin)
class WorkOrderAdmin(WorkOrderActions, SavesOrSaysWhy, TimelineMixin, ExposedModelAdmin):
    """Created, filled and closed by the domain's verbs; the system status follows the bookings."""

    position = 10
    form = WorkOrderForm
    allows_deleting = False
    list_display = ("number", "summary", "account", "system_status", "is_exposed", "priority", "incident_type")
    list_filter = ("is_exposed", "system_status", "priority")
    list_select_related = ("account", "incident_type")
    search_fields = ("number", "external_number", "summary", "account__name")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = (
        "account",
        "billing_account",
        "reported_by",
        "incident_type",
        "asset",
        "place",
        "sub_status",
        "price_list",
    )
    inlines = CONTENT_INLINES
    unaudited_fields = ("is_exposed", *SEEN)

    def get_inlines(self, request, obj):
        """A new work order is filled on its own page, once its incident type has brought what it brings."""
        return super().get_inlines(request, obj) if obj is not None else []

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return (
                (None, {"fields": (*PEOPLE, *JOB, WINDOW)}),
                (_("Prices"), {"fields": ("price_list",)}),
                (_("For the customer"), {"fields": ("is_exposed", "customer_comments")}),
                (_("For staff only"), {"fields": BESIDE}),
            )
        head = (("number", "system_status", "sub_status"),)
        return (
            (None, {"fields": (*head, *PEOPLE, "agreement", *JOB, WINDOW, "minutes_text", *SEEN)}),
            (_("Amounts"), {"fields": (("price_list", "is_taxable"), AMOUNTS, "invoices_text")}),
            (_("For the customer"), {"fields": ("is_exposed", "customer_comments", "resolution", "signature_text")}),
            (_("For staff only"), {"fields": (MARGIN, *BESIDE)}),
            (_("Record"), {"fields": PAST, "classes": ("collapse",)}),
        )

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        fixed = ["number", "system_status", "account", "agreement", *AMOUNTS, *MARGIN, *PAST]
        fixed += ["minutes_text", "invoices_text", "signature_text"]
        if obj.system_status != WorkOrderStatus.UNSCHEDULED:
            # A visit is planned for this service at this site.
            fixed += ["incident_type", "place"]
        if not is_open(obj):
            written = (*PEOPLE, *JOB, *TERMS, "is_taxable", "customer_comments", "resolution")
            fixed += [name for name in written if name not in LASTING]
        return tuple(dict.fromkeys(fixed))

    # Saving, by the domain's verbs.

    def save_model(self, request, obj, form, change):
        if change:
            written = [name for name in form.changed_data if name not in SEEN]
            obj.save(update_fields=written)
            if "is_exposed" in written:
                note_exposure(obj, to=obj.is_exposed, by=request.user)
            return
        made = create_work_order(
            obj.account,
            incident_type=obj.incident_type,
            place=obj.place,
            asset=obj.asset,
            reported_by=obj.reported_by,
            summary=obj.summary,
            comments=obj.customer_comments,
            priority=obj.priority,
            is_exposed=obj.is_exposed,
            terms=Terms(**{name: getattr(obj, name) for name in TERMS}),
            by=request.user,
        )
        for name in BESIDE:
            setattr(made, name, getattr(obj, name))
        made.save(update_fields=BESIDE)
        obj.pk = made.pk
        obj.refresh_from_db()

    def save_formset(self, request, form, formset, change):
        if formset.model in CONTENTS and formset.has_changed():
            save_contents(formset, request.user, is_confirmed=knows(request))

    def audited_formsets(self, formsets):
        """None: the verbs wrote the audit."""
        return []

    def log_addition(self, request, obj, message):
        """`create_work_order` wrote the audit."""

    def response_add(self, request, obj, post_url_continue=None):
        """To the work order's own page, with what its incident type brought."""
        answer = super().response_add(request, obj, post_url_continue)
        return answer if "_popup" in request.POST else redirect("admin:fieldservice_workorder_change", obj.pk)

    # Sums and what came of it, in words.

    def sums(self, work_order) -> Sums:
        """Added up once a page."""
        if not hasattr(work_order, "staff_sums"):
            work_order.staff_sums = sums_of(work_order, current_tenant().currency)
        return work_order.staff_sums

    @admin.display(description=gettext_lazy("planned, net"))
    def planned_text(self, work_order):
        return amount_text(self.sums(work_order).planned.net)

    @admin.display(description=gettext_lazy("used, net"))
    def net_text(self, work_order):
        return amount_text(self.sums(work_order).used.net)

    @admin.display(description=gettext_lazy("tax"))
    def tax_text(self, work_order):
        return amount_text(self.sums(work_order).used.tax)

    @admin.display(description=gettext_lazy("total"))
    def total_text(self, work_order):
        return amount_text(self.sums(work_order).used.total)

    @admin.display(description=gettext_lazy("cost of what was used"))
    def cost_text(self, work_order):
        return amount_text(self.sums(work_order).cost)

    @admin.display(description=gettext_lazy("margin"))
    def margin_text(self, work_order):
        sums = self.sums(work_order)
        percent = sums.margin_percent
        amount = amount_text(sums.margin)
        return amount if percent is None else f"{amount} ({percent_text(percent, get_language())})"

    @admin.display(description=gettext_lazy("time that the work takes"))
    def minutes_text(self, work_order):
        return format_duration(minutes_of(work_order))

    @admin.display(description=gettext_lazy("invoices"))
    def invoices_text(self, work_order):
        rows = (
            (reverse("admin:fieldservice_invoice_change", args=[each.pk]), each.number, each.get_status_display())
            for each in invoices_of(work_order)
        )
        return format_html_join(", ", '<a href="{}">{}</a> ({})', rows) or "–"

    @admin.display(description=gettext_lazy("signature"))
    def signature_text(self, work_order):
        found = WorkOrderSignature.objects.filter(work_order=work_order).select_related("contact")
        signature = found.order_by("pk").first()
        if signature is None:
            return "–"
        when = format_instant(signature.signed_at, current_tenant().zone)
        said = _("%(name)s, %(when)s") % {"name": signature.name, "when": when}
        if signature.contact is None:
            return said
        address = reverse("admin:accounts_contact_change", args=[signature.contact_id])
        return format_html('{} (<a href="{}">{}</a>)', said, address, signature.contact)


@admin.register(SubStatus, site=portal_admin)
class SubStatusAdmin(TenantModelAdmin):
    """The tenant's own names below a system status."""

    position = 60
    allows_deleting = False
    list_display = ("name", "system_status", "is_default")
    list_filter = ("system_status",)
    search_fields = ("name",)
    ordering = ("system_status", "name", "pk")
    fields = ("system_status", "name", "is_default")
