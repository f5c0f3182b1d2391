"""What staff do with a project beside editing it: go on, say how it stands, close; each says first what follows (PSA-1)."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.access.admin.record_actions import Action, ActionForm
from projects.domain.projects import COMMENT_LENGTH, change_stage, close, report_health
from projects.domain.releasing import LIVE
from projects.enums import PROJECT_TRANSITIONS, Health, ProjectStage, TeamBookingStatus
from projects.models import Project, TeamBooking


def next_stages(project: Project) -> list[ProjectStage]:
    """Where it goes from here, but for closing, which has an action of its own."""
    return [
        each
        for each in ProjectStage
        if each in PROJECT_TRANSITIONS[ProjectStage(project.stage)] and each != ProjectStage.CLOSED
    ]


def is_open(project: Project) -> bool:
    return project.stage != ProjectStage.CLOSED


class StageForm(ActionForm):
    """Which stage comes next."""

    to = forms.ChoiceField(label=gettext_lazy("Next stage"))

    def __init__(self, data=None, *, record: Project):
        super().__init__(data, record=record)
        self.fields["to"].choices = [(each.value, each.label) for each in next_stages(record)]


class HealthForm(ActionForm):
    """How it stands, in the words that the customer reads."""

    health = forms.ChoiceField(label=gettext_lazy("Overall status"), choices=Health.choices)
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Shown to customers."),
    )

    def __init__(self, data=None, *, record: Project):
        super().__init__(data, record=record)
        self.initial = {"health": record.health, "comment": record.health_comment}


def what_is_released(project: Project) -> list[str]:
    """How many bookings end with it."""
    live = TeamBooking.objects.filter(member__project=project, status__in=LIVE)
    hard = live.filter(status=TeamBookingStatus.HARD).count()
    soft = live.exclude(status=TeamBookingStatus.HARD).count()
    return [
        ngettext("%(count)d hard booking ends: days to come are given back.", "%(count)d hard bookings end: days to come are given back.", hard) % {"count": hard},
        ngettext("%(count)d soft or proposed booking is canceled.", "%(count)d soft or proposed bookings are canceled.", soft) % {"count": soft},
        _("What was worked stays."),
    ]  # fmt: skip


PROJECT_ACTIONS = (
    Action(
        "stage",
        gettext_lazy("Next stage"),
        gettext_lazy("The project goes on. Where it is exposed, the customer sees the new stage."),
        lambda project: bool(next_stages(project)),
        lambda project, data, by: change_stage(project, ProjectStage(data["to"]), by=by),
        gettext_lazy("%(name)s goes on."),
        form=StageForm,
    ),
    Action(
        "health",
        gettext_lazy("Report status"),
        gettext_lazy("How the project stands overall. Where it is exposed, the customer reads it on the project's page."),
        is_open,
        lambda project, data, by: report_health(project, Health(data["health"]), comment=data["comment"], by=by),
        gettext_lazy("The status of %(name)s was reported."),
        form=HealthForm,
    ),
    Action(
        "close",
        gettext_lazy("Close the project"),
        gettext_lazy("It stays readable, and nothing in it is changed any more."),
        is_open,
        lambda project, data, by: close(project, by=by),
        gettext_lazy("%(name)s was closed."),
        consequences=what_is_released,
        is_grave=True,
    ),
)  # fmt: skip
