"""Work orders with the exposure switch, sub-statuses, numbering."""

from django.contrib import admin
from django.utils.translation import gettext as _

from fieldservice.domain.work_orders import create_work_order
from fieldservice.enums import WorkOrderStatus
from fieldservice.models import SubStatus, WorkOrder
from portal.access.admin import ExposedModelAdmin
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm
from portal.timeline.admin import TimelineMixin


class WorkOrderForm(TenantForm):
    """What the fields say must go together."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "account" in self.fields:
            self.fields["summary"].required = False
            self.fields["summary"].help_text = _("Left empty, it is the name of the incident type.")

    def clean(self):
        super().clean()
        account = self.cleaned_data.get("account") or getattr(self.instance, "account", None)
        asset = self.cleaned_data.get("asset")
        sub_status = self.cleaned_data.get("sub_status")
        if account is not None and "account" in self.fields and not account.is_active:
            self.add_error("account", _("This account is no longer served."))
        if asset is not None and account is not None and asset.account_id != account.pk:
            self.add_error("asset", _("This asset belongs to another account."))
        if sub_status is not None and sub_status.system_status != self.instance.system_status:
            self.add_error("sub_status", _("This sub-status belongs to another system status."))


@admin.register(WorkOrder, site=portal_admin)
class WorkOrderAdmin(TimelineMixin, ExposedModelAdmin):
    """Created through the domain, which numbers them; the system status follows the bookings."""

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
    )

    def get_fieldsets(self, request, obj=None):
        people = ("account", "billing_account", "reported_by")
        job = ("incident_type", "asset", "place", "priority", "summary")
        head = () if obj is None else ("number", "system_status", "sub_status", "created_at", "completed_at")
        customer = ("is_exposed", "customer_comments", *(() if obj is None else ("resolution",)))
        return (
            (None, {"fields": (*head, *people, *job)}),
            (_("For the customer"), {"fields": customer}),
            (_("For staff only"), {"fields": ("internal_notes", "external_number")}),
        )

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        fixed = ("number", "system_status", "created_at", "completed_at", "account")
        # A visit is planned for this service at this site.
        return fixed if obj.system_status == WorkOrderStatus.UNSCHEDULED else (*fixed, "incident_type", "place")

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
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
            by=request.user,
        )
        beside = ("billing_account", "internal_notes", "external_number")
        for name in beside:
            setattr(made, name, getattr(obj, name))
        made.save(update_fields=beside)
        obj.pk = made.pk
        obj.refresh_from_db()

    def log_addition(self, request, obj, message):
        """`create_work_order` wrote the audit."""


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
