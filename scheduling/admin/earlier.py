"""Who would like an earlier time, and what was offered to them: to read (SCH-14)."""

from django.contrib import admin

from portal.tenancy.admin import ReadOnlyAdmin, TenantInline, portal_admin
from scheduling.admin import bookings  # noqa: F401  its page is there before ours is put on it
from scheduling.models import Booking, EarlierOffer, EarlierWish


class EarlierOfferInline(TenantInline):
    """The times that a customer was offered, on the page of the wish."""

    model = EarlierOffer
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    show_change_link = True
    fields = readonly_fields = ("starts_at", "window_ends_at", "state", "created_at", "expires_at", "settled_at")
    ordering = ("-created_at", "-pk")


@admin.register(EarlierWish, site=portal_admin)
class EarlierWishAdmin(ReadOnlyAdmin):
    """Customers make and withdraw wishes on the portal."""

    position = 26
    list_display = ("contact", "booking", "from_date", "state", "created_at", "settled_at")
    list_filter = ("state",)
    list_select_related = ("contact", "booking__incident_type")
    search_fields = ("contact__full_name", "contact__email", "booking__work_order__number")
    ordering = ("-created_at", "-pk")
    fields = ("booking", "contact", "from_date", "state", "created_at", "settled_at")
    inlines = (EarlierOfferInline,)


@admin.register(EarlierOffer, site=portal_admin)
class EarlierOfferAdmin(ReadOnlyAdmin):
    """Times go to one customer after another by themselves, and back when nobody answers."""

    position = 27
    list_display = ("starts_at", "window_ends_at", "contact", "state", "created_at", "expires_at", "settled_at")
    list_filter = ("state",)
    list_select_related = ("wish__contact",)
    search_fields = ("wish__contact__full_name", "wish__contact__email", "wish__booking__work_order__number")
    ordering = ("-created_at", "-pk")
    fields = ("wish", "starts_at", "window_ends_at", "state", "created_at", "expires_at", "settled_at", "hold")

    @admin.display(description=EarlierWish._meta.get_field("contact").verbose_name, ordering="wish__contact__full_name")
    def contact(self, offer):
        return offer.wish.contact


class EarlierWishInline(TenantInline):
    """Whether the customer of a visit waits for an earlier time, on the page of the visit."""

    model = EarlierWish
    allows_adding = False
    allows_changing = False
    allows_deleting = False
    show_change_link = True
    fields = readonly_fields = ("contact", "from_date", "state", "created_at", "settled_at")
    ordering = ("-created_at", "-pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("contact", "booking__incident_type")


portal_admin.add_inline(Booking, EarlierWishInline)
