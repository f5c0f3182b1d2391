"""Adjustments and transfers: written, then posted and locked (DYNAMICS 7.5)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fieldservice.admin.stock_lines import (
    RefusableForm,
    SavesOrSaysWhy,
    WrittenInline,
    quantity_text,
)
from fieldservice.admin.work_order_forms import know_choices
from fieldservice.admin.work_order_lines import KnownChoices
from fieldservice.domain.stock import check_open, check_stocked, settings_now
from fieldservice.domain.stock_documents import (
    StockItem,
    create_adjustment,
    create_transfer,
    lock_document,
    post_document,
    warehouses_of,
    write_lines,
)
from fieldservice.enums import OutOfStock, PostStatus
from fieldservice.models import (
    InventoryAdjustment,
    InventoryAdjustmentLine,
    InventoryTransfer,
    InventoryTransferLine,
    ProductInventory,
)
from portal.access.admin.record_actions import Action, ActionForm, RecordActions
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.days import today
from portal.tenancy.forms import StatusForm, TenantForm

# The page that asks names so many products.
MOST_NAMED = 20


class DocumentForm(RefusableForm, StatusForm):
    """One that was opened before somebody posted it is refused; warehouses are those in use."""

    lock = staticmethod(lock_document)

    def clean(self):
        super().clean()
        for name in ("warehouse", "source", "destination"):
            warehouse = self.cleaned_data.get(name)
            if warehouse is not None and name in self.changed_data:
                try:
                    check_open(warehouse)
                except DomainError as error:
                    self.add_error(name, error.message)
        return self.cleaned_data


class DocumentLineForm(TenantForm):
    """So much of an inventory product."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        know_choices(self)

    def clean_product(self):
        product = self.cleaned_data["product"]
        try:
            check_stocked(product)
        except DomainError as error:
            raise ValidationError(error.message) from error
        return product


class DocumentLineInline(KnownChoices, WrittenInline):
    """The products of the document."""

    form = DocumentLineForm
    fields = ("product", "quantity")
    readonly_fields = ("quantity_text",)
    autocomplete_fields = ("product",)
    extra = 1

    def is_open(self, obj) -> bool:
        return is_created(obj)

    def get_fields(self, request, obj=None):
        return self.fields if is_created(obj) else ("product", "quantity_text")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product")

    @admin.display(description=gettext_lazy("quantity"))
    def quantity_text(self, line):
        return quantity_text(line.quantity)


class AdjustmentLineInline(DocumentLineInline):
    model = InventoryAdjustmentLine
    verbose_name_plural = gettext_lazy("Products; below 0 where there is less than the books say")


class TransferLineInline(DocumentLineInline):
    model = InventoryTransferLine


class PostForm(ActionForm):
    """Whether it is posted although there is too little."""

    is_confirmed = forms.BooleanField(
        label=gettext_lazy("Even if the warehouse has too little"),
        required=False,
        help_text=gettext_lazy("What is available may fall below 0."),
    )

    def __init__(self, data=None, *, record):
        super().__init__(data, record=record)
        if settings_now().out_of_stock == OutOfStock.RESTRICT:
            del self.fields["is_confirmed"]


def is_created(document) -> bool:
    """Whether it may be written: a new one, and one that is not posted."""
    return document is None or document.status == PostStatus.CREATED


def what_moves(document) -> list[str]:
    """What each warehouse has of the products, before and after."""
    lines = list(document.lines.select_related("product").order_by("position", "pk"))
    places = warehouses_of(document)
    named = lines[:MOST_NAMED]
    levels = ProductInventory.objects.filter(warehouse__in=places, product__in=[line.product_id for line in named])
    had = {(each.warehouse_id, each.product_id): each.on_hand for each in levels}
    signs = (1,) if len(places) == 1 else (-1, 1)
    said = []
    for line in named:
        for place, sign in zip(places, signs, strict=True):
            before = had.get((place.pk, line.product_id), ZERO)
            had[place.pk, line.product_id] = after = before + sign * line.quantity
            words = {"product": line.product, "warehouse": place}
            words |= {"before": quantity_text(before), "after": quantity_text(after)}
            said.append(_("%(product)s in %(warehouse)s: %(before)s → %(after)s on hand.") % words)
    more = len(lines) - len(named)
    if more:
        said.append(ngettext("And %(count)d product more.", "And %(count)d products more.", more) % {"count": more})
    return said


POST = Action(
    key="post",
    label=gettext_lazy("Post"),
    explanation=gettext_lazy("The levels change now, and what was posted is locked. A mistake is corrected by another adjustment."),
    is_offered=is_created,
    perform=lambda document, data, by: post_document(document, **data, by=by),
    done=gettext_lazy("%(name)s was posted."),
    form=PostForm,
    consequences=what_moves,
)  # fmt: skip


class DocumentAdmin(RecordActions, SavesOrSaysWhy, TenantModelAdmin):
    """Numbered and written by the domain's verbs; a posted one is read only."""

    form = DocumentForm
    record_actions = (POST,)
    list_filter: tuple[str, ...] = ("status", "date")
    ordering = ("-created_at", "-pk")
    unaudited_fields = ("seen_status",)
    places: tuple[str, ...] = ()

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else ("number", "status")
        past = () if is_created(obj) else ("posted_at",)
        return ((None, {"fields": (*head, *self.places, "date", "note", *past, "seen_status")}),)

    def get_readonly_fields(self, request, obj=None):
        return ("number", "status", "posted_at")

    def get_changeform_initial_data(self, request):
        return {"date": today(), **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_created(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and is_created(obj)

    def create(self, obj, by) -> Any:
        """The record as the verb makes it of the form."""
        raise NotImplementedError

    def save_model(self, request, obj, form, change):
        if change:
            obj.save(update_fields=[name for name in form.changed_data if name != "seen_status"])
            return
        obj.pk = self.create(obj, request.user).pk
        obj.refresh_from_db()

    def save_formset(self, request, form, formset, change):
        if formset.has_changed():
            formset.save(commit=False)
            items = [StockItem(line.product, line.quantity) for line in formset.written()]
            write_lines(form.instance, items, by=request.user)

    def audited_formsets(self, formsets):
        """None: `write_lines` writes the audit."""
        return []

    def log_addition(self, request, obj, message):
        """The verb wrote the audit."""


@admin.register(InventoryAdjustment, site=portal_admin)
class InventoryAdjustmentAdmin(DocumentAdmin):
    """What was found more or less than the books say."""

    position = 38
    list_display = ("number", "warehouse", "date", "note", "status", "posted_at")
    list_select_related = ("warehouse",)
    search_fields = ("number", "note", "warehouse__name")
    autocomplete_fields = ("warehouse",)
    places = ("warehouse",)
    inlines = (AdjustmentLineInline,)

    def create(self, obj, by):
        return create_adjustment(obj.warehouse, date=obj.date, note=obj.note, by=by)


@admin.register(InventoryTransfer, site=portal_admin)
class InventoryTransferAdmin(DocumentAdmin):
    """What goes from one warehouse to another."""

    position = 39
    list_display = ("number", "source", "destination", "date", "note", "status", "posted_at")
    list_select_related = ("source", "destination")
    search_fields = ("number", "note", "source__name", "destination__name")
    autocomplete_fields = ("source", "destination")
    places = ("source", "destination")
    inlines = (TransferLineInline,)

    def create(self, obj, by):
        return create_transfer(obj.source, obj.destination, date=obj.date, note=obj.note, by=by)
