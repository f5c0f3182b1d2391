"""The exposure switch of the admin: on the object and in bulk (TEN-6)."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.access.admin.asking import ask, is_confirmed, sentence_of
from portal.access.admin.who_sees import WhoSeesMixin
from portal.access.difference import by_exposure
from portal.access.domain.exposure import expose, hide, note_exposure
from portal.tenancy.admin import TenantModelAdmin

# One request, one transaction: more than this is done in several goes.
BULK_LIMIT = 1000


class ExposedModelAdmin(WhoSeesMixin, TenantModelAdmin):
    """Base of the admin of every model that may be exposed to customers; `is_exposed` stands among its fields."""

    actions = ("expose_to_customer", "hide_from_customer")
    unaudited_fields = ("is_exposed",)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "is_exposed" in form.changed_data:
            note_exposure(obj, to=obj.is_exposed, by=request.user)

    @admin.action(description=gettext_lazy("Expose to customer"), permissions=["change"])
    def expose_to_customer(self, request, queryset):
        return self.switch(request, queryset, to=True)

    @admin.action(description=gettext_lazy("Hide from customer"), permissions=["change"])
    def hide_from_customer(self, request, queryset):
        return self.switch(request, queryset, to=False)

    def switch(self, request, queryset, *, to: bool):
        """Say what appears or disappears for how many people; do it once that is confirmed."""
        if queryset.order_by()[: BULK_LIMIT + 1].count() > BULK_LIMIT:
            sentence = _("Choose at most %(limit)d records at a time.") % {"limit": BULK_LIMIT}
            self.message_user(request, sentence, messages.ERROR)
            return None
        sentences = foreseen(queryset, to=to)
        if sentences and not is_confirmed(request, sentences):
            return ask(
                self,
                request,
                sentences,
                title=_("Expose to customer") if to else _("Hide from customer"),
                button=_("Expose") if to else _("Hide"),
                back=request.get_full_path(),
            )
        count = (expose if to else hide)(queryset, by=request.user)
        if to:
            sentence = ngettext("%(count)d record was exposed.", "%(count)d records were exposed.", count)
        else:
            sentence = ngettext("%(count)d record was hidden.", "%(count)d records were hidden.", count)
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)
        return None


def foreseen(queryset, *, to: bool) -> list[str]:
    """How many records are switched and what that changes for people; empty where none is switched."""
    count = queryset.exclude(is_exposed=to).order_by().count()
    if not count:
        return []
    if to:
        switched = ngettext("%(count)d record will be exposed.", "%(count)d records will be exposed.", count)
    else:
        switched = ngettext("%(count)d record will be hidden.", "%(count)d records will be hidden.", count)
    changes = [sentence_of(change) for change in by_exposure(queryset, to=to)]
    return [switched % {"count": count}, *(changes or [_("Nothing changes for anybody who uses the portal now.")])]
