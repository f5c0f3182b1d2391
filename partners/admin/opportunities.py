"""Opportunities: what they say, who had them, what happened; given on and ended by actions (PRT-2, PRT-4, PRT-6)."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from partners.admin.opportunity_actions import OPPORTUNITY_ACTIONS, actor, has_collaborators, may_write
from partners.domain.locks import lock
from partners.domain.opportunities import OWN, Content, create_opportunity, write_content
from partners.enums import OF_STATE, Source, State
from partners.models import (
    Collaborator,
    DealRegistration,
    Delivery,
    DistributionRun,
    Opportunity,
    OpportunityEvent,
    OpportunityProduct,
)
from partners.queries.opportunities import waiting_for_staff
from partners.words import changes_of, points_text
from portal.access.admin import WhoSeesMixin
from portal.access.admin.record_actions import RecordActions
from portal.kit.money import money_text
from portal.kit.texts import seen
from portal.tenancy.admin import COUNT_LIMIT, TenantInline, TenantModelAdmin, Waiting, portal_admin
from portal.tenancy.forms import StatusForm

# What staff keep beside the content.
BESIDE = ("internal_notes", "external_number")
STANDING = ("number", "status", "partner", "owner", "phase", "source", "is_ready")
MOMENTS = ("created_at", "moved_at", "active_at", "closed_at")


class OpportunityForm(StatusForm):
    """The customer's contact belongs to the customer; a form that was opened before somebody changed the status is refused."""

    lock = staticmethod(lock)

    def clean(self):
        super().clean()
        found = {name: self.cleaned_data.get(name, getattr(self.instance, name)) for name in ("customer", "contact")}
        if found["contact"] and (found["customer"] is None or found["contact"].account_id != found["customer"].pk):
            self.add_error(
                "contact" if "contact" in self.fields else None, _("The contact belongs to another account.")
            )
        if (
            "prospect_name" in self.fields
            and not found["customer"]
            and not seen(self.cleaned_data.get("prospect_name") or "")
        ):
            self.add_error("prospect_name", _("Choose a customer, or name the prospect."))
        if "topic" in self.cleaned_data and not seen(self.cleaned_data["topic"]):
            self.add_error("topic", _("Say what it is about."))
        return self.cleaned_data


class ProductInline(TenantInline):
    """What the customer is interested in; written with the opportunity."""

    model = OpportunityProduct
    fields = autocomplete_fields = ("product",)
    ordering = ("product__name", "pk")
    verbose_name, verbose_name_plural = gettext_lazy("product"), gettext_lazy("Products of interest")
    extra = 1

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product")

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and (obj is None or may_write(obj))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may_write(obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or may_write(obj))


class ReadInline(TenantInline):
    """What verbs wrote; `related` is read with the rows."""

    allows_adding = allows_changing = allows_deleting = False
    related: tuple[str, ...] = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)


class DeliveryInline(ReadInline):
    """Which partners had it, and what came of it."""

    model = Delivery
    related = ("partner",)
    fields = readonly_fields = ("partner", "outcome", "delivered_at", "expires_at", "answered_at", "ended_at", "why")
    ordering = ("-delivered_at", "-pk")

    @admin.display(description=gettext_lazy("reason"))
    def why(self, delivery):
        said = (delivery.get_decline_reason_display(), delivery.get_return_reason_display(), delivery.comment)
        return ": ".join(str(each) for each in said if each) or "–"


class RunInline(ReadInline):
    """How it was decided; each leads to its whole table."""

    model = DistributionRun
    related = ("winner",)
    show_change_link = True
    fields = readonly_fields = ("at", "occasion", "attempt", "winner", "total", "available_count", "partner_count")
    ordering = ("-at", "-pk")

    @admin.display(description=gettext_lazy("sum"))
    def total(self, run):
        return "–" if run.score is None else points_text(run.score)


class EventInline(ReadInline):
    """Everything that happened, the newest first."""

    model = OpportunityEvent
    related = ("partner",)
    fields = readonly_fields = ("at", "kind", "changes", "name", "partner", "text", "is_internal")
    ordering = ("-at", "-pk")

    @admin.display(description=gettext_lazy("changed"))
    def changes(self, event):
        return changes_of(event) or "–"


class RegistrationInline(ReadInline):
    """The exclusive right that the partner asked for."""

    model = DealRegistration
    related = ("contact", "decided_by")
    show_change_link = True
    fields = readonly_fields = ("status", "text", "contact", "requested_at", "reason", "decided_by", "decided_at")
    ordering = ("-requested_at", "-pk")


class CollaboratorInline(ReadInline):
    """Other partners that work on it."""

    model = Collaborator
    related = ("account", "invited_by")
    fields = readonly_fields = ("account", "invited_by", "created_at")
    ordering = ("created_at", "pk")


class WaitingFilter(admin.SimpleListFilter):
    """What nobody has and staff must give on."""

    title = gettext_lazy("for staff")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return (("staff", _("Waits for staff")),)

    def queryset(self, request, queryset):
        return queryset.filter(pk__in=waiting_for_staff().values("pk")) if self.value() == "staff" else queryset


class StateFilter(admin.SimpleListFilter):
    """Open, won or lost."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        return queryset.filter(status__in=OF_STATE[State(self.value())]) if self.value() in State else queryset


@admin.register(Opportunity, site=portal_admin)
class OpportunityAdmin(RecordActions, WhoSeesMixin, TenantModelAdmin):
    """Written by the domain's verbs: where it is, only actions change."""

    position = 20
    form = OpportunityForm
    allows_deleting = False
    record_actions = OPPORTUNITY_ACTIONS
    unaudited_fields = (*OWN, "seen_status")
    list_display = ("number", "topic", "of", "revenue", "status", "partner", "phase", "active_at")
    list_filter = (WaitingFilter, StateFilter, "status", "phase", "source")
    list_select_related = ("customer", "partner")
    search_fields = ("number", "external_number", "topic", "customer__name", "prospect_name", "partner__name")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("customer", "contact", "place", "lead_type")
    inlines = (
        ProductInline,
        DeliveryInline,
        RunInline,
        RegistrationInline,
        CollaboratorInline,
        EventInline,
    )

    def get_inlines(self, request, obj):
        """Registrations are of what partners created, collaborators of what several work on."""
        found = super().get_inlines(request, obj)
        if obj is None:
            return found
        left_out: set[type] = set() if obj.source == Source.PARTNER else {RegistrationInline}
        left_out |= set() if has_collaborators(obj) else {CollaboratorInline}
        return [each for each in found if each not in left_out]

    def get_fieldsets(self, request, obj=None):
        head = () if obj is None else (("number", "status"), ("partner", "owner"), ("phase", "source", "is_ready"))
        return (
            *(((None, {"fields": head}),) if head else ()),
            (
                _("Opportunity"),
                {
                    "fields": (
                        "topic",
                        "lead_type",
                        ("estimated_revenue", "estimated_close_date"),
                        "situation",
                        "need",
                        "solution",
                    )
                },
            ),
            (_("Customer"), {"fields": ("customer", "contact", "place")}),
            (
                _("Customer without an account"),
                {"fields": (("prospect_name", "prospect_person"), ("prospect_email", "prospect_phone"))},
            ),
            (_("For staff only"), {"fields": (*BESIDE, "seen_status")}),
            *(() if obj is None else ((_("Record"), {"fields": MOMENTS}),)),
        )

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        return (*STANDING, *MOMENTS, *(() if may_write(obj) else OWN))

    def tools(self, obj) -> list[dict]:
        """The actions, and the registration that waits for a decision."""
        asked = DealRegistration.objects.filter(opportunity=obj).exclude(decided_at__isnull=False)
        found = asked.order_by("pk").first()
        if found is None:
            return super().tools(obj)
        url = reverse("admin:partners_dealregistration_change", args=[found.pk])
        return [*super().tools(obj), {"label": _("Decide the deal registration"), "url": url}]

    # Saving, by the domain's verbs.

    def save_model(self, request, obj, form, change):
        """What staff keep for themselves; the content follows with its products."""
        if change and (beside := [name for name in form.changed_data if name in BESIDE]):
            obj.save(update_fields=beside)

    def save_related(self, request, form, formsets, change):
        obj = form.instance
        products, is_changed = products_of(formsets)
        content = Content(**{name: getattr(obj, name) for name in OWN}, products=products)
        by = actor(request.user)
        if change:
            if is_changed or set(form.changed_data) & set(OWN):
                write_content(obj, content, by=by)
            return
        made = create_opportunity(content, internal_notes=obj.internal_notes, by=by)
        made.external_number = obj.external_number
        made.save(update_fields=["external_number"])
        obj.pk = made.pk
        obj.refresh_from_db()

    def audited_formsets(self, formsets):
        """None: the verbs wrote the audit."""
        return []

    def log_addition(self, request, obj, message):
        """`create_opportunity` wrote the audit."""

    @admin.display(description=gettext_lazy("customer"))
    def of(self, opportunity):
        return opportunity.customer or opportunity.prospect_name

    @admin.display(description=gettext_lazy("estimated revenue"), ordering="estimated_revenue")
    def revenue(self, opportunity):
        amount = opportunity.estimated_revenue
        return "–" if amount is None else money_text(amount, opportunity.currency, get_language())


def without_partner() -> Waiting:
    """What nobody has and staff must give on."""
    count = waiting_for_staff().order_by()[:COUNT_LIMIT].count()
    words = ngettext("%(count)d opportunity without a partner", "%(count)d opportunities without a partner", count)
    url = reverse("admin:partners_opportunity_changelist")
    return Waiting(count, words % {"count": count}, f"{url}?waits=staff")


portal_admin.add_waiting(without_partner)


def products_of(formsets) -> tuple[list, bool]:
    """The products that the page leaves, each once, and whether they changed."""
    found, is_changed = [], False
    for formset in formsets:
        if formset.model is not OpportunityProduct:
            continue
        is_changed = is_changed or formset.has_changed()
        left_out = formset.deleted_forms if formset.can_delete else []
        for form in formset.forms:
            product = form.cleaned_data.get("product") if form not in left_out else None
            if product is not None and product not in found:
                found.append(product)
    return found, is_changed
