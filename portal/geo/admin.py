"""Places and territories for the tenant's staff."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_countries import countries

from portal.geo.domain.places import find_again, save_place
from portal.geo.domain.territories import adopt_places, draw, drawn_areas
from portal.geo.models import Place, Territory, TerritoryArea
from portal.geo.pictures import picture_of
from portal.geo.postal import normal_prefix
from portal.geo.shapes import MAXIMUM_LENGTH, geojson_of, rings_of
from portal.tenancy.admin import TenantForm, TenantInline, TenantModelAdmin, portal_admin


def country_choices():
    return [("", "---------"), *countries]


class PlaceForm(TenantForm):
    """The country by its name; a postal code in capitals."""

    country = forms.ChoiceField(label=_("country"), choices=country_choices)

    def clean_postal_code(self):
        return self.cleaned_data["postal_code"].upper()


@admin.register(Place, site=portal_admin)
class PlaceAdmin(TenantModelAdmin):
    """Positions come from the gazetteer or the geocoding service, or are typed here; the domain verb keeps the audit."""

    position = 10
    form = PlaceForm
    list_display = ("__str__", "city", "postal_code", "country", "territory", "geocoded_by", "geocode_quality")
    list_filter = ("geocoded_by", "geocode_quality", "geocode_due")
    list_select_related = ("territory",)
    search_fields = ("name", "line1", "city", "postal_code")
    ordering = ("name", "line1", "pk")
    autocomplete_fields = ("territory",)
    readonly_fields = ("geocoded_by", "geocode_quality", "geocode_note", "geocoded_at", "geocode_due")
    fieldsets = (
        (None, {"fields": ("name", "line1", "line2", "city", "region", "postal_code", "country")}),
        (
            _("Position"),
            {
                "fields": ("latitude", "longitude", *readonly_fields),
                "description": _("Left empty, the position is looked up from the address."),
            },
        ),
        (_("Scheduling"), {"fields": ("time_zone", "territory")}),
    )
    actions = ("look_up_again",)

    def save_model(self, request, obj, form, change):
        save_place(obj, by=request.user)

    def log_addition(self, request, obj, message):
        """Recorded by `save_place`."""

    def log_change(self, request, obj, message):
        """Recorded by `save_place`."""

    @admin.action(description=_("Look up the position again"))
    def look_up_again(self, request, queryset):
        places = [find_again(place, by=request.user) for place in queryset.order_by("pk")]
        found = sum(place.point is not None for place in places)
        text = ngettext(
            "%(found)d of %(count)d place has a position now.",
            "%(found)d of %(count)d places have a position now.",
            len(places),
        )
        level = messages.INFO if found == len(places) else messages.WARNING
        self.message_user(request, text % {"found": found, "count": len(places)}, level)


class AreaForm(TenantForm):
    """Stores the beginning of a postal code as it is compared."""

    country = forms.ChoiceField(label=_("country"), choices=country_choices)

    def clean(self):
        cleaned = super().clean()
        prefix = cleaned.get("postal_prefix") or ""
        cleaned["postal_prefix"] = normal_prefix(cleaned.get("country", ""), prefix)
        return cleaned


class AreaInline(TenantInline):
    model = TerritoryArea
    form = AreaForm
    fields = ("country", "postal_prefix")
    ordering = ("country", "postal_prefix")


class TerritoryForm(TenantForm):
    """The drawn areas are pasted as GeoJSON, all of them in one text."""

    shape = forms.CharField(
        label=_("drawn areas"),
        required=False,
        max_length=MAXIMUM_LENGTH,
        widget=AdminTextareaWidget(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_(
            "GeoJSON of the type Polygon or MultiPolygon, as map programs export it. Places in a drawn area belong to this "
            "territory whatever their postal code; where areas overlap, the smallest one wins."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if drawn := drawn_areas(self.instance):
            self.initial["shape"] = geojson_of(drawn)

    def clean_shape(self):
        text = self.cleaned_data["shape"]
        return rings_of(text) if text else ()


@admin.register(Territory, site=portal_admin)
class TerritoryAdmin(TenantModelAdmin):
    """A territory is what its areas cover: drawn ones first, then the longest beginning of a postal code."""

    position = 20
    form = TerritoryForm
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "shape", "picture")
    readonly_fields = ("picture",)
    unaudited_fields = ("shape",)
    inlines = (AreaInline,)
    actions = ("adopt",)

    @admin.display(description=_("picture"))
    def picture(self, territory):
        rings = drawn_areas(territory)
        if not rings:
            return self.get_empty_value_display()
        return render_to_string("admin/geo/territory/picture.html", {"picture": picture_of(rings)})

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "shape" in form.changed_data:
            draw(form.instance, form.cleaned_data["shape"], by=request.user)

    @admin.action(description=_("Assign the places without territory that lie here"))
    def adopt(self, request, queryset):
        count = sum(adopt_places(territory, by=request.user) for territory in queryset.order_by("pk"))
        text = ngettext("%(count)d place was assigned.", "%(count)d places were assigned.", count)
        self.message_user(request, text % {"count": count})
