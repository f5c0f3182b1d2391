"""Customer assets and where they stand."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.domain.assets import DETAILS, check_location, check_move, create_asset, move_asset, set_active
from fieldservice.models import Asset, FunctionalLocation
from fieldservice.queries.assets import whole_site, whole_tree
from fieldservice.trees import staff_nodes
from portal.access.admin import ExposedModelAdmin
from portal.kit.errors import DomainError
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.forms import TenantForm, TreeForm
from portal.timeline.admin import TimelineMixin


@admin.register(FunctionalLocation, site=portal_admin)
class FunctionalLocationAdmin(TenantModelAdmin):
    """Sites, floors, rooms, with the tree that they are part of."""

    position = 30
    form = TreeForm
    allows_deleting = False
    list_display = ("name", "account", "parent", "place", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("account", "parent", "place")
    search_fields = ("name", "account__name")
    ordering = ("name", "pk")
    fields = ("account", "name", "parent", "place", "is_active")
    autocomplete_fields = ("account", "parent", "place")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            rows = whole_site(obj)
            context["tree"] = staff_nodes(rows, obj, "admin:fieldservice_functionallocation_change", icon="map-pin")
            context["assets_url"] = f"{reverse('admin:fieldservice_asset_changelist')}?location__id__exact={obj.pk}"
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


class AssetForm(TenantForm):
    """What the fields say must go together; moves in the tree wait for each other from here to the commit."""

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        try:
            check_move(self.instance, parent)
        except DomainError as error:
            raise ValidationError(error.message) from error
        return parent

    def clean(self):
        super().clean()
        account = self.cleaned_data.get("account")
        if account is None:
            return
        if self.instance._state.adding and not account.is_active:  # noqa: SLF001  Django's own way to ask
            self.add_error("account", _("This account is no longer served."))
        try:
            check_location(account, self.cleaned_data.get("location"))
        except DomainError as error:
            self.add_error("location", error.message)


@admin.register(Asset, site=portal_admin)
class AssetAdmin(TimelineMixin, ExposedModelAdmin):
    """Assets are taken out of service, never deleted: their history refers to them."""

    position = 20
    form = AssetForm
    allows_deleting = False
    change_form_template = "admin/fieldservice/asset/change_form.html"
    # Moves, and what is in service, are recorded by the verbs.
    unaudited_fields = ("is_exposed", "parent", "is_active")
    list_display = ("name", "account", "serial_number", "category", "location", "parent", "is_exposed", "is_active")
    list_filter = ("is_exposed", "is_active")
    list_select_related = ("account", "location", "parent")
    search_fields = ("name", "serial_number", "manufacturer", "model_name", "account__name")
    ordering = ("name", "pk")
    autocomplete_fields = ("account", "parent", "location", "product")

    def get_fieldsets(self, request, obj=None):
        state = ("is_exposed",) if obj is None else ("is_exposed", "is_active")
        warranty = ("warranty_starts_date", "warranty_ends_date", "warranty_terms")
        return (
            (None, {"fields": ("account", "name", "serial_number", "category", *state)}),
            (gettext_lazy("Place"), {"fields": ("parent", "location", "installed_date")}),
            (gettext_lazy("Make"), {"fields": ("product", "manufacturer", "model_name")}),
            (gettext_lazy("Warranty"), {"fields": warranty}),
            (gettext_lazy("For the customer"), {"fields": ("description",)}),
            (gettext_lazy("For staff only"), {"fields": ("internal_notes",)}),
        )

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["tree"] = staff_nodes(whole_tree(obj), obj, "admin:fieldservice_asset_change", icon="cube")
            context["history_url"] = f"{reverse('admin:fieldservice_workorder_changelist')}?asset__id__exact={obj.pk}"
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            self.create(request, obj)
            return
        former = Asset.objects.select_related("parent").get(pk=obj.pk)
        if "parent" in form.changed_data:
            move_asset(former, obj.parent, by=request.user)
        if "is_active" in form.changed_data:
            set_active(former, is_active=obj.is_active, by=request.user)
        obj.master_id = former.master_id
        super().save_model(request, obj, form, change)

    def create(self, request, obj: Asset) -> None:
        made = create_asset(
            obj.account,
            obj.name,
            parent=obj.parent,
            location=obj.location,
            is_exposed=obj.is_exposed,
            by=request.user,
            **{name: getattr(obj, name) for name in DETAILS},
        )
        obj.pk = made.pk
        obj.refresh_from_db()

    def log_addition(self, request, obj, message):
        """`create_asset` wrote the audit."""
