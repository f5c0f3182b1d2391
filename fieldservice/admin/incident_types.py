"""What customers may ask for, and what it brings to a work order (DYNAMICS 1.3, 3.4)."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from fieldservice.domain.tasks import duration_from, keep_duration
from fieldservice.models import IncidentProduct, IncidentTask, IncidentType, WorkOrderType
from portal.kit.errors import DomainError
from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from portal.tenancy.forms import BoundedFormSet


@admin.register(WorkOrderType, site=portal_admin)
class WorkOrderTypeAdmin(TenantModelAdmin):
    """Maintenance, repair, inspection."""

    position = 50
    allows_deleting = False
    list_display = ("name", "is_self_schedulable", "is_taxable", "price_list")
    list_select_related = ("price_list",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "is_self_schedulable", "is_taxable", "price_list")
    autocomplete_fields = ("price_list",)


class BroughtProductInline(TenantInline):
    """Products and services that come with it; services by their minutes."""

    model = IncidentProduct
    fields = ("position", "product", "quantity", "minutes")
    autocomplete_fields = ("product",)
    ordering = ("position", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product")


class BroughtTaskFormSet(BoundedFormSet):
    """Tasks that together take as long as a visit may."""

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms and form.is_valid()]
        typed = [form.cleaned_data.get("estimated_minutes") or 0 for form in kept]
        shown = [form.instance.pk for form in self.initial_forms]
        others = IncidentTask.objects.filter(incident_type_id=self.instance.pk).exclude(pk__in=shown)
        try:
            duration_from([*typed, *others.values_list("estimated_minutes", flat=True)])
        except DomainError as error:
            raise ValidationError(error.message) from error


class BroughtTaskInline(TenantInline):
    """The steps of the job; where they have times, their sum is the duration."""

    model = IncidentTask
    formset = BroughtTaskFormSet
    fields = ("position", "name", "estimated_minutes")
    ordering = ("position", "pk")


@admin.register(IncidentType, site=portal_admin)
class IncidentTypeAdmin(TenantModelAdmin):
    """Work orders copy what it brings as they are created. Scheduling adds the characteristics that a resource needs for it."""

    position = 40
    allows_deleting = False
    list_display = ("name", "display_name", "work_order_type", "duration_minutes", "is_self_schedulable", "is_active")
    list_filter = ("is_self_schedulable", "needs_staff", "is_active")
    list_select_related = ("work_order_type",)
    search_fields = ("name", "display_name")
    ordering = ("name", "pk")
    fields = (
        "name",
        "display_name",
        "description",
        "work_order_type",
        "duration_minutes",
        "is_self_schedulable",
        "needs_staff",
        "is_active",
    )
    autocomplete_fields = ("work_order_type",)
    inlines = (BroughtProductInline, BroughtTaskInline)

    def get_form(self, request, obj=None, change=False, **kwargs):
        words = {"duration_minutes": _("Where the tasks below have times, it becomes their sum.")}
        return super().get_form(request, obj, change=change, help_texts=words, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        keep_duration(form.instance)
