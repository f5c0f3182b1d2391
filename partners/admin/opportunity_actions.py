"""What staff do with an opportunity beside editing it: give it on, let others work along, end it (PRT-4, PRT-5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain.closing import drop
from partners.domain.deliveries import COMMENT_LENGTH, deliver
from partners.domain.distribution import distribute, mark_ready
from partners.domain.history import Actor
from partners.domain.progress import NOTE_LENGTH, lose, note, reopen, win
from partners.domain.sharing import collaborate, end_collaboration
from partners.enums import (
    CLOSED_STATUSES,
    FREE_STATUSES,
    WORKED_STATUSES,
    OpportunityStatus,
    Source,
)
from partners.models import Collaborator, Delivery, DistributionRun, Opportunity, PartnerProgramme
from partners.queries.records import members_with_room, other_members
from portal.access.admin.record_actions import Action, ActionForm
from portal.accounts.models import Account, User

# So many partners are offered to choose from; another one is named by its number.
OFFERED = 200


def actor(user: User) -> Actor:
    """Staff as those who act."""
    return Actor(user=user)


def may_write(opportunity: Opportunity) -> bool:
    """Whether what it says may be written: while it is open, or given back."""
    return opportunity.status not in CLOSED_STATUSES or opportunity.status == OpportunityStatus.RETURNED


def is_free(opportunity: Opportunity) -> bool:
    """Whether the company may give it to a partner."""
    return (
        opportunity.source == Source.DISTRIBUTED
        and opportunity.partner_id is None
        and opportunity.status in FREE_STATUSES
    )


def is_worked(opportunity: Opportunity) -> bool:
    return opportunity.partner_id is not None and opportunity.status in WORKED_STATUSES


def has_collaborators(opportunity: Opportunity) -> bool:
    return Collaborator.objects.filter(opportunity=opportunity).exists()


class PartnerForm(ActionForm):
    """One of the partners that are offered, or another one by its account number."""

    partner = forms.ChoiceField(label=gettext_lazy("Partner"), required=False)
    number = forms.CharField(label=gettext_lazy("Or the account number of a partner"), required=False, max_length=40)

    def __init__(self, data=None, *, record: Opportunity):
        super().__init__(data, record=record)
        field: Any = self.fields["partner"]
        field.choices = [("", "–"), *((each.account_id, words_of(each)) for each in self.offered()[:OFFERED])]

    def offered(self):
        """The partners of the programme to choose from, by name."""
        raise NotImplementedError

    def clean(self):
        super().clean()
        data = self.cleaned_data
        number = data.get("number", "").strip()
        wanted = (
            Account.objects.filter(number__iexact=number)
            if number
            else Account.objects.filter(pk=data.get("partner") or None)
        )
        data["account"] = wanted.order_by("pk").first()
        if number and data.get("partner"):
            self.add_error("number", _("Choose a partner or enter a number, not both."))
        elif number and data["account"] is None:
            self.add_error("number", _("No account has this number."))
        elif data["account"] is None and "partner" not in self.errors:
            self.add_error("partner", _("Choose a partner."))
        return data


class DeliverForm(PartnerForm):
    """Members that have room and did not have it before."""

    def offered(self):
        return members_with_room(self.record)


class CollaborateForm(PartnerForm):
    """Members other than the one that has it."""

    def offered(self):
        return other_members(self.record)


class EndCollaborationForm(ActionForm):
    """One of those that were invited."""

    account = forms.ModelChoiceField(label=gettext_lazy("Partner"), queryset=Account.objects.none())

    def __init__(self, data=None, *, record: Opportunity):
        super().__init__(data, record=record)
        field: Any = self.fields["account"]
        invited = Collaborator.objects.filter(opportunity=record).values("account_id")
        field.queryset = Account.objects.filter(pk__in=invited).order_by("name", "pk")


class TextForm(ActionForm):
    """Words for the history."""

    text = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The partner reads it in the history."),
    )


class DropForm(ActionForm):
    """Why it ends."""

    text = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=COMMENT_LENGTH,
        help_text=gettext_lazy("For staff only."),
    )


class NoteForm(ActionForm):
    """A note, and who reads it."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 4}))
    is_internal = forms.BooleanField(label=gettext_lazy("For staff only"), required=False, initial=True)


def words_of(programme: PartnerProgramme) -> str:
    """A partner as it is offered: its name, its number, how much room it has."""
    values = {"name": programme.account.name, "number": programme.account.number}
    return _("%(name)s (%(number)s)") % values if programme.account.number else programme.account.name


def distributed(opportunity: Opportunity, data: dict, user) -> DistributionRun | Opportunity:
    """To the table of the distribution, which says who got it or why nobody did; where a partner has it already, to the opportunity."""
    distribute(opportunity, by=actor(user))
    latest = DistributionRun.objects.filter(opportunity=opportunity).order_by("-at", "-pk").first()
    return latest or opportunity


def delivered(opportunity: Opportunity, data: dict, user) -> Opportunity:
    deliver(opportunity, data["account"], by=actor(user))
    return opportunity


def invited(opportunity: Opportunity, data: dict, user) -> Opportunity:
    collaborate(opportunity, data["account"], by=actor(user))
    return opportunity


def parted(opportunity: Opportunity, data: dict, user) -> Opportunity:
    end_collaboration(opportunity, data["account"], by=actor(user))
    return opportunity


def noted(opportunity: Opportunity, data: dict, user) -> Opportunity:
    note(opportunity, data["text"], is_internal=data["is_internal"], by=actor(user))
    return opportunity


def so_far(opportunity: Opportunity) -> list[str]:
    """Who had it, and what is asked of a partner."""
    former = Delivery.objects.filter(opportunity=opportunity).select_related("partner").order_by("delivered_at", "pk")
    return [
        _("%(partner)s: %(outcome)s. It is not asked again.")
        % {"partner": each.partner, "outcome": each.get_outcome_display()}
        for each in former
    ]


OPPORTUNITY_ACTIONS = (
    Action(
        "ready",
        gettext_lazy("Ready for distribution"),
        gettext_lazy("The best available partner gets it and is told; who declines or does not answer in time is followed by the next best."),
        lambda opportunity: is_free(opportunity) and not opportunity.is_ready,
        lambda opportunity, data, user: mark_ready(opportunity, by=actor(user)),
        gettext_lazy("%(name)s is ready for distribution."),
        consequences=so_far,
    ),
    Action(
        "distribute",
        gettext_lazy("Distribute now"),
        gettext_lazy("All partners are ranked anew, and the best available one gets it at once, also beyond the number of partners that are asked by themselves."),
        is_free,
        distributed,
        gettext_lazy("The distribution was run: %(made)s."),
        consequences=so_far,
    ),
    Action(
        "deliver",
        gettext_lazy("Deliver to a partner"),
        gettext_lazy("The partner that you choose gets it, whatever its rank, and is told."),
        is_free,
        delivered,
        gettext_lazy("%(name)s was delivered."),
        form=DeliverForm,
        consequences=so_far,
    ),
    Action(
        "collaborate",
        gettext_lazy("Invite another partner"),
        gettext_lazy("It reads the whole opportunity and writes notes; only the partner that has it moves or ends it."),
        is_worked,
        invited,
        gettext_lazy("The partner works on %(name)s from now on."),
        form=CollaborateForm,
    ),
    Action(
        "part",
        gettext_lazy("End a collaboration"),
        gettext_lazy("The partner no longer sees the opportunity."),
        has_collaborators,
        parted,
        gettext_lazy("The collaboration on %(name)s has ended."),
        form=EndCollaborationForm,
        is_grave=True,
    ),
    Action(
        "note",
        gettext_lazy("Write a note"),
        gettext_lazy("It stands in the history of the opportunity."),
        lambda opportunity: True,
        noted,
        gettext_lazy("The note stands in the history of %(name)s."),
        form=NoteForm,
    ),
    Action(
        "win",
        gettext_lazy("Close as won"),
        gettext_lazy("It counts as won by the partner that has it."),
        is_worked,
        lambda opportunity, data, user: win(opportunity, text=data["text"], by=actor(user)),
        gettext_lazy("%(name)s was closed as won."),
        form=TextForm,
    ),
    Action(
        "lose",
        gettext_lazy("Close as lost"),
        gettext_lazy("Somebody else sold it. It counts as closed by the partner that has it."),
        is_worked,
        lambda opportunity, data, user: lose(opportunity, text=data["text"], by=actor(user)),
        gettext_lazy("%(name)s was closed as lost."),
        form=TextForm,
        is_grave=True,
    ),
    Action(
        "drop",
        gettext_lazy("Cancel the opportunity"),
        gettext_lazy("No partner has it, and none gets it any more. It counts in no partner's record."),
        is_free,
        lambda opportunity, data, user: drop(opportunity, text=data["text"], by=actor(user)),
        gettext_lazy("%(name)s was canceled."),
        form=DropForm,
        is_grave=True,
    ),
    Action(
        "reopen",
        gettext_lazy("Reopen"),
        gettext_lazy("The partner that had it works on it again."),
        lambda opportunity: opportunity.closed_at is not None and opportunity.partner_id is not None,
        lambda opportunity, data, user: reopen(opportunity, text=data["text"], by=actor(user)),
        gettext_lazy("%(name)s is open again."),
        form=TextForm,
    ),
)  # fmt: skip
