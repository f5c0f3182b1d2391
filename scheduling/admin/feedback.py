"""What customers said, to read, with a picture of the ratings over time (SCH-9)."""

from dataclasses import dataclass
from datetime import date

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fieldservice.models import IncidentType
from portal.tenancy.admin import ReadOnlyAdmin, TenantInline, portal_admin
from scheduling.models import BookableResource, Feedback, FeedbackAnswer
from scheduling.queries.feedback import Week, ratings

CHOICES = 100
BEST = 5
# The picture in units of its own; the page scales it.
BAR, GAP, HEIGHT, FOOT = 20, 6, 150, 22


class OneOf(admin.SimpleListFilter):
    """Records that have feedback, by name: never a whole table."""

    model: type
    path: str

    def lookups(self, request, model_admin):
        known = Feedback.objects.values(self.path)
        rows = self.model.objects.filter(pk__in=known).order_by("name", "pk")[:CHOICES]
        return [(str(row.pk), str(row)) for row in rows]

    def queryset(self, request, queryset):
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset


class TechnicianFilter(OneOf):
    title, parameter_name = gettext_lazy("technician"), "technician"
    model, path = BookableResource, "booking__resource"


class ServiceFilter(OneOf):
    title, parameter_name = gettext_lazy("service"), "service"
    model, path = IncidentType, "booking__incident_type"


class AnswerInline(TenantInline):
    """The answers, each with its question as it was put."""

    model = FeedbackAnswer
    allows_adding = allows_changing = allows_deleting = False
    fields = readonly_fields = ("question_text", "text")
    ordering = ("question__position", "pk")
    verbose_name_plural = gettext_lazy("Answers")


@dataclass(frozen=True, slots=True)
class Bar:
    """One week in the picture: where it stands, how high, and what it says."""

    x: int
    y: int
    height: int
    words: str
    label: str


@admin.register(Feedback, site=portal_admin)
class FeedbackAdmin(ReadOnlyAdmin):
    """Written by customers only."""

    position = 40
    change_list_template = "admin/scheduling/feedback/change_list.html"
    list_display = ("created_at", "stars", "service", "technician", "account", "comments")
    list_filter = ("rating", TechnicianFilter, ServiceFilter, "created_at")
    list_select_related = ("booking__incident_type", "booking__resource", "booking__account")
    search_fields = ("comments", "booking__account__name", "booking__work_order__number")
    ordering = ("-created_at", "-pk")
    fields = ("created_at", "stars", "booking", "technician", "account", "contact", "comments", "survey")
    readonly_fields = ("stars", "technician", "account")
    inlines = (AnswerInline,)

    @admin.display(description=gettext_lazy("rating"), ordering="rating")
    def stars(self, feedback):
        return _("%(stars)s %(rating)d of 5") % {"stars": "★" * feedback.rating, "rating": feedback.rating}

    @admin.display(description=gettext_lazy("service"), ordering="booking__incident_type__name")
    def service(self, feedback):
        return feedback.booking.incident_type

    @admin.display(description=gettext_lazy("technician"), ordering="booking__resource__name")
    def technician(self, feedback):
        return feedback.booking.resource

    @admin.display(description=gettext_lazy("account"), ordering="booking__account__name")
    def account(self, feedback):
        return feedback.booking.account

    def get_urls(self):
        own = path("ratings/", self.admin_site.admin_view(self.ratings_view), name="scheduling_feedback_ratings")
        return [own, *super().get_urls()]

    def ratings_view(self, request):
        """Averages, week by week, by technician and by service."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = ratings(request.tenant.zone)
        bars = bars_of(found.weeks)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Ratings over time"),
            "opts": self.opts,
            "ratings": found,
            "figures": figures_of(found),
            "bars": bars,
            "lines": [(stars, HEIGHT - HEIGHT * stars // BEST) for stars in range(1, BEST + 1)],
            "width": len(bars) * (BAR + GAP),
            "height": HEIGHT + FOOT,
            "label_y": HEIGHT + FOOT - 5,
        }
        return TemplateResponse(request, "admin/scheduling/feedback/ratings.html", context)


def bars_of(weeks: list[Week]) -> list[Bar]:
    """The picture's bars; every fourth week is named below."""
    bars = []
    for number, week in enumerate(weeks):
        height = round(HEIGHT * (week.average or 0) / BEST)
        label = short(week.monday) if number % 4 == 0 else ""
        bars.append(Bar(number * (BAR + GAP), HEIGHT - height, height, words_of(week), label))
    return bars


def words_of(week: Week) -> str:
    """A week as it is read aloud."""
    if week.average is None:
        return _("Week of %(day)s: no ratings") % {"day": short(week.monday)}
    values = {"day": short(week.monday), "average": number_format(week.average, 1), "count": week.count}
    return _("Week of %(day)s: %(average)s stars, ratings: %(count)s") % values


def short(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def figures_of(found) -> list[dict]:
    """All ratings together."""
    share = f"{round(100 * found.good / found.count)} %" if found.count else ""
    average = "" if found.average is None else number_format(found.average, 1)
    return [
        {"label": _("Average"), "value": average},
        {"label": _("Ratings"), "value": found.count},
        {"label": _("Four or five stars"), "value": share},
    ]
