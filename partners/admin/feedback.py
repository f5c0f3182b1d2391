"""What customers said of partners, to read (PRT-4)."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import CustomerFeedback
from portal.tenancy.admin import ReadOnlyAdmin, portal_admin


@admin.register(CustomerFeedback, site=portal_admin)
class CustomerFeedbackAdmin(ReadOnlyAdmin):
    """Written by customers only; partners see the rate, never the words."""

    position = 40
    list_display = ("created_at", "stars", "partner", "opportunity", "comment")
    list_filter = ("rating", "created_at")
    list_select_related = ("delivery__partner", "delivery__opportunity")
    search_fields = ("comment", "delivery__partner__name", "delivery__opportunity__number")
    ordering = ("-created_at", "-pk")
    fields = readonly_fields = ("created_at", "stars", "partner", "opportunity", "comment")

    @admin.display(description=gettext_lazy("rating"), ordering="rating")
    def stars(self, feedback):
        return _("%(stars)s %(rating)d of 5") % {"stars": "★" * feedback.rating, "rating": feedback.rating}

    @admin.display(description=gettext_lazy("partner"), ordering="delivery__partner__name")
    def partner(self, feedback):
        return feedback.delivery.partner

    @admin.display(description=gettext_lazy("opportunity"))
    def opportunity(self, feedback):
        return feedback.delivery.opportunity
