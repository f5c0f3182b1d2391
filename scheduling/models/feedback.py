"""What customers say after a visit (SCH-9)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel
from scheduling.enums import QuestionKind
from scheduling.models.bookings import Booking


class Survey(TenantModel):
    """The tenant's questions after a visit, in one language; the one without a language serves all others."""

    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Left empty, it serves every language that has none of its own."),
    )
    introduction = models.TextField(_("introduction"), blank=True, max_length=600)
    thanks = models.TextField(_("words of thanks"), blank=True, max_length=600)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "language"],
                condition=Q(is_active=True),
                name="survey_one_active_a_language",
                violation_error_message=_("Another survey is in use for this language."),
            ),
        ]

    def __str__(self):
        return self.name


class SurveyQuestion(TenantModel):
    """One question. `choices` holds one answer a line."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions", verbose_name=_("survey"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("answer"), max_length=12, choices=QuestionKind.choices, default=QuestionKind.RATING)
    choices = models.TextField(_("answers to choose from, one a line"), blank=True, max_length=1000)
    is_required = models.BooleanField(_("must be answered"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                name="survey_question_choices",
                condition=~Q(kind=QuestionKind.CHOICE) | ~Q(choices=""),
                violation_error_message=_("Enter the answers to choose from, one a line."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "survey", "position", "id"], name="questions_of_survey")]

    def __str__(self):
        return self.text


class Feedback(TenantModel):
    """A customer's rating of one visit, from 1 to 5, once."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="+", verbose_name=_("visit"))
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    survey = models.ForeignKey(
        Survey, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("survey")
    )
    rating = models.PositiveSmallIntegerField(_("rating"))
    comments = models.TextField(_("comments"), blank=True, max_length=2000)
    created_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "booking"],
                name="feedback_once_a_visit",
                violation_error_message=_("Feedback on this visit was given already."),
            ),
            models.CheckConstraint(
                name="feedback_rating",
                condition=Q(rating__gte=1, rating__lte=5),
                violation_error_message=_("A rating is from 1 to 5."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-created_at", "-id"], name="feedback_recent")]

    def __str__(self):
        return _("%(number)s of 5 stars") % {"number": self.rating}


class FeedbackAnswer(TenantModel):
    """An answer to one question, with the question as it was put."""

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="answers", verbose_name=_("feedback"))
    question = models.ForeignKey(
        SurveyQuestion, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("question")
    )
    question_text = models.CharField(_("question as asked"), max_length=200)
    text = models.TextField(_("answer"), max_length=1000)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "feedback", "question"],
                name="feedback_answer_once",
                violation_error_message=_("This question was answered already."),
            ),
        ]

    def __str__(self):
        return self.question_text
