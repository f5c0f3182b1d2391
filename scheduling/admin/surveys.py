"""The tenant's questions after a visit (SCH-9)."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.tenancy.admin import TenantInline, TenantModelAdmin, portal_admin
from scheduling.forms import FeedbackForm
from scheduling.models import Survey, SurveyQuestion
from scheduling.queries.feedback import questions_of


class QuestionInline(TenantInline):
    """The questions in their order."""

    model = SurveyQuestion
    fields = ("position", "text", "kind", "choices", "is_required")
    ordering = ("position", "pk")
    verbose_name_plural = gettext_lazy("Questions")


@admin.register(Survey, site=portal_admin)
class SurveyAdmin(TenantModelAdmin):
    """One in use for each language; the one without a language serves all others. What was answered keeps its questions."""

    position = 42
    list_display = ("name", "language", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "language", "introduction", "thanks", "is_active")
    inlines = (QuestionInline,)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """No language is said in words too."""
        if db_field.name == "language":
            kwargs["choices"] = [("", _("Every language without one of its own")), *settings.LANGUAGES]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_urls(self):
        own = path(
            "<path:object_id>/preview/",
            self.admin_site.admin_view(self.preview_view),
            name="scheduling_survey_preview",
        )
        return [own, *super().get_urls()]

    def preview_view(self, request, object_id):
        """The survey as customers fill it in; nothing is sent from here."""
        survey = self.get_object(request, unquote(object_id))
        if survey is None or not self.has_view_permission(request, survey):
            raise Http404
        form = FeedbackForm(questions=questions_of(survey))
        for field in form.fields.values():
            field.disabled = True
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview of %(name)s") % {"name": survey},
            "opts": self.opts,
            "survey": survey,
            "form": form,
        }
        return TemplateResponse(request, "admin/scheduling/survey/preview.html", context)
