"""Say how a visit was, and read what was said (SCH-9). Works without JavaScript."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.enums import Section
from portal.kit.errors import DomainError
from portal.kit.fields import STARS
from portal.web.views.base import ActionView
from scheduling.domain.feedback import give_feedback
from scheduling.domain.rules import load_settings
from scheduling.errors import FeedbackGiven
from scheduling.forms import FeedbackForm, answer_label
from scheduling.policies import can_give_feedback
from scheduling.queries import appointment_list
from scheduling.queries.feedback import feedback_of, questions_of, survey_in
from scheduling.views.base import visit_context


class FeedbackView(ActionView):
    """`/appointments/ID/feedback/`: stars, the tenant's questions, comments; once a visit, then to be read."""

    section = Section.SCHEDULING
    object_type = "scheduling.Booking"
    query = staticmethod(appointment_list)
    policy = staticmethod(lambda viewer, booking: can_give_feedback(viewer, booking, load_settings()))
    template_name = "scheduling/feedback/give.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.survey = None

    def get(self, request, *args, **kwargs):
        obj = self.get_object()
        if obj.has_feedback:
            return self.show_given(obj)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        obj = self.get_object()
        if obj.has_feedback:
            return self.refuse(obj, None, FeedbackGiven())
        return super().post(request, *args, **kwargs)

    def get_form(self, obj, data=None):
        self.survey = survey_in(self.viewer.contact.language)
        self.form = FeedbackForm(data, questions=questions_of(self.survey))
        return self.form

    def perform(self, obj, data: dict):
        give_feedback(
            obj,
            self.viewer.contact,
            rating=data["rating"],
            answers=self.form.answers,
            comments=data["comments"],
            by=self.request.user,
        )
        thanks = self.survey.thanks if self.survey else ""
        messages.success(self.request, thanks or _("Thank you for telling us."))

    def refuse(self, obj, form, error: DomainError):
        if isinstance(error, FeedbackGiven):
            messages.info(self.request, error.message)
            return HttpResponseRedirect(self.get_success_url(obj))
        return super().refuse(obj, form, error)

    def get_success_url(self, obj) -> str:
        return reverse("scheduling:feedback", args=[obj.pk])

    def get_context(self, obj) -> dict:
        return {"survey": self.survey, **visit_context(obj, self.viewer, _("Feedback"))}

    def show_given(self, obj):
        """What was said, by whom."""
        given = feedback_of(obj)
        answers = [
            {
                "question": each.question_text,
                "text": answer_label(each.question.kind if each.question else "", each.text),
            }
            for each in given.answers.all()
        ]
        self.template_name = "scheduling/feedback/given.html"
        return self.render(given=given, answers=answers, words=STARS[given.rating], **self.get_context(obj))
