"""What staff type of a work order and what it holds: which fields go together, what the domain would refuse (FS-4)."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from fieldservice.admin.stock_lines import RefusableForm
from fieldservice.domain import lines
from fieldservice.domain.work_orders import lock_work_order
from fieldservice.models import WorkOrder, WorkOrderService
from fieldservice.queries.work_order_costs import last_change_of
from portal.catalog.enums import ProductKind
from portal.kit.errors import DomainError
from portal.tenancy.forms import BoundedFormSet, TenantForm

# What the page showed when it was opened.
SEEN = ("seen_status", "seen_change")


class WorkOrderForm(RefusableForm, TenantForm):
    """What the fields say must go together; a page from before somebody else's change is refused."""

    seen_status = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_change = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding  # noqa: SLF001  Django's own way to ask
        if self.is_new and "summary" in self.fields:
            self.fields["summary"].required = False
            self.fields["summary"].help_text = _("Left empty, it is the name of the incident type.")
        if not self.is_new:
            self.initial |= {"seen_status": self.instance.system_status, "seen_change": last_change_of(self.instance)}

    def clean(self):
        super().clean()
        if not self.is_new:
            self.check_seen()
        account = self.cleaned_data.get("account") or getattr(self.instance, "account", None)
        asset = self.cleaned_data.get("asset")
        sub_status = self.cleaned_data.get("sub_status")
        if account is not None and "account" in self.fields and not account.is_active:
            self.add_error("account", _("This account is no longer served."))
        if asset is not None and account is not None and asset.account_id != account.pk:
            self.add_error("asset", _("This asset belongs to another account."))
        if sub_status is not None and sub_status.system_status != self.instance.system_status:
            self.add_error("sub_status", _("This sub-status belongs to another system status."))
        return self.cleaned_data

    def check_seen(self) -> None:
        """Lock the work order until all of the page is saved; refuse what was typed over an older state."""
        status = lock_work_order(self.instance).system_status
        if self.cleaned_data.get("seen_status", status) != status:
            self.add_error(None, _("Somebody has changed the state of this work order meanwhile. Open it again."))
            return
        seen = self.cleaned_data.get("seen_change")
        if seen and seen != last_change_of(self.instance):
            self.add_error(None, _("Somebody else has saved this work order meanwhile. Open it again."))


class KnownSelect(AutocompleteSelect):
    """An autocomplete that names the record it begins with from memory: a page of many rows asks the database for none."""

    known = None

    def optgroups(self, name, value, attr=None):
        if self.known is None or value != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = self.create_option(name, value[0], str(self.known), True, len(empty))
        return [(None, [*empty, chosen], 0)]


def know_choices(form) -> None:
    """Have the autocompletes of a row that is there name their records from memory."""
    for name, field in form.fields.items():
        widget = getattr(field.widget, "widget", field.widget)
        if isinstance(widget, KnownSelect) and not form.instance._state.adding:  # noqa: SLF001  Django's own way to ask
            widget.known = getattr(form.instance, name)


class ContentForm(TenantForm):
    """A row of a work order; assets are those of its service account."""

    def __init__(self, *args, work_order=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.work_order = work_order or self.instance.work_order
        self.is_new = self.instance._state.adding  # noqa: SLF001  Django's own way to ask
        know_choices(self)

    def clean_asset(self):
        asset = self.cleaned_data["asset"]
        try:
            lines.check_asset(self.work_order, asset)
        except DomainError as error:
            raise ValidationError(error.message) from error
        return asset


class LineForm(ContentForm):
    """A product or service, which stays that product. Without a price it costs what the price list says."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "product" in self.fields and not self.is_new:
            self.fields["product"].disabled = True
        price = self.fields.get("unit_price")
        if price is not None:
            price.required = False
            price.help_text = _("Left empty, it is taken from the price list.")
            if self.is_new:
                price.initial = None

    def clean_product(self):
        product = self.cleaned_data["product"]
        is_service = product.kind == ProductKind.SERVICE
        if is_service != isinstance(self.instance, WorkOrderService):
            raise ValidationError(
                _("This is a service: add it to the services.")
                if is_service
                else _("This is no service: add it to the products.")
            )
        return product

    def clean(self):
        super().clean()
        try:
            lines.check_values(self.cleaned_data)
        except DomainError as error:
            self.add_error(error.field, error.message)
        return self.cleaned_data


class LinePageForm(RefusableForm, LineForm):
    """A line on a page of its own: what its work order holds may still change when it is saved."""

    def clean(self):
        super().clean()
        try:
            lines.open_work_order(self.work_order)
        except DomainError as error:
            self.add_error(None, error.message)
        return self.cleaned_data


class ContentFormSet(BoundedFormSet):
    """Rows of one work order, as many as it may hold."""

    instance: WorkOrder

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "work_order": self.instance}

    def clean(self):
        super().clean()
        gone = len(self.deleted_forms)
        added = sum(form.has_changed() and form not in self.deleted_forms for form in self.extra_forms)
        if added:
            try:
                lines.check_room(self.instance, self.model, more=added - gone)
            except DomainError as error:
                raise ValidationError(error.message) from error
