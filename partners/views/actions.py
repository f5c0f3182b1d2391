"""What a partner does with an opportunity it works on: each verb a page with its form (PRT-4, PRT-7, DYNAMICS 5.8)."""

from collections.abc import Callable
from typing import ClassVar
from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain.distribution import give_back
from partners.domain.progress import add_contact, advance, cancel, hold, lose, note, reopen, win
from partners.domain.registration import register_deal
from partners.domain.sharing import assign, collaborate, end_collaboration, share, unshare
from partners.enums import PHASES, Phase
from partners.forms.actions import (
    AdvanceForm,
    CollaborateForm,
    ColleagueForm,
    CommentForm,
    NoteForm,
    PersonForm,
    RegisterForm,
    ReturnForm,
    UnshareForm,
)
from partners.policies import (
    can_cancel,
    can_give_back,
    can_note,
    can_register,
    can_reopen,
    can_share,
    can_work,
)
from partners.queries import lists, people
from partners.views.base import OpportunityAction, actor
from portal.kit.errors import DomainError

PEOPLE_OFFERED = 50


class Advance(OpportunityAction):
    """`/partners/opportunities/ID/advance/`: the present phase or a later one, with a comment."""

    policy = staticmethod(can_work)
    form_class = AdvanceForm
    verb = gettext_lazy("Report progress")
    hint = gettext_lazy("An opportunity moves forward only. What you write stands in its history.")
    done = gettext_lazy("Your progress is noted.")

    def get_form(self, obj, data=None):
        ahead = PHASES[PHASES.index(Phase(obj.phase)) :]
        initial = {"phase": obj.phase, "request_key": uuid4()}
        return AdvanceForm(data, phases=[(each.value, each.label) for each in ahead], initial=initial)

    def act(self, obj, data):
        advance(obj, data["phase"], text=data["text"], by=actor(self.request), request_key=data["request_key"])


class Commented(OpportunityAction):
    """A verb that takes a comment and nothing else."""

    form_class = CommentForm
    domain_verb: ClassVar[Callable]

    def act(self, obj, data):
        type(self).domain_verb(obj, text=data["text"], by=actor(self.request))


class Hold(Commented):
    """`/partners/opportunities/ID/hold/`."""

    policy = staticmethod(can_work)
    domain_verb = staticmethod(hold)
    verb = gettext_lazy("Put on hold")
    hint = gettext_lazy("Report progress to take it up again.")
    done = gettext_lazy("The opportunity is on hold.")


class Win(Commented):
    """`/partners/opportunities/ID/win/`."""

    policy = staticmethod(can_work)
    domain_verb = staticmethod(win)
    verb = gettext_lazy("Declare as won")
    hint = gettext_lazy("The customer has bought. The opportunity is closed.")
    done = gettext_lazy("Congratulations, the opportunity is won.")


class Lose(Commented):
    """`/partners/opportunities/ID/lose/`."""

    policy = staticmethod(can_work)
    domain_verb = staticmethod(lose)
    verb = gettext_lazy("Declare as lost")
    hint = gettext_lazy("Somebody else sold it. The opportunity is closed.")
    done = gettext_lazy("The opportunity is closed as lost.")
    kind = "danger"


class Cancel(Commented):
    """`/partners/opportunities/ID/cancel/`: of the partner's own."""

    policy = staticmethod(can_cancel)
    domain_verb = staticmethod(cancel)
    verb = gettext_lazy("Cancel opportunity")
    hint = gettext_lazy("You drop what you created yourself. You can reopen it later.")
    done = gettext_lazy("The opportunity is canceled.")
    kind = "danger"


class Reopen(Commented):
    """`/partners/opportunities/ID/reopen/`."""

    policy = staticmethod(can_reopen)
    domain_verb = staticmethod(reopen)
    verb = gettext_lazy("Reopen")
    hint = gettext_lazy("You take it up again where it was closed.")
    done = gettext_lazy("The opportunity is open again.")


class GiveBack(OpportunityAction):
    """`/partners/opportunities/ID/return/`: to the network, with the reason."""

    policy = staticmethod(can_give_back)
    form_class = ReturnForm
    verb = gettext_lazy("Return to the network")
    hint = gettext_lazy("Another partner gets it. You will not see it any more.")
    done = gettext_lazy("The opportunity went back to the network.")
    kind = "danger"

    def act(self, obj, data):
        give_back(obj, reason=data["reason"], comment=data["comment"], by=actor(self.request))

    def get_success_url(self, obj) -> str:
        return reverse("partners:opportunity_list")


class Note(OpportunityAction):
    """`/partners/opportunities/ID/note/`: of the partner, and of those that collaborate."""

    policy = staticmethod(can_note)
    form_class = NoteForm
    verb = gettext_lazy("Write a note")

    def get_form(self, obj, data=None):
        return NoteForm(data, initial={"request_key": uuid4()})

    def act(self, obj, data):
        note(obj, data["text"], by=actor(self.request), request_key=data["request_key"])

    def get_success_url(self, obj) -> str:
        return f"{super().get_success_url(obj)}#history"


class AddPerson(OpportunityAction):
    """`/partners/opportunities/ID/contact/`: somebody at the customer, new or known from another opportunity."""

    policy = staticmethod(can_work)
    form_class = PersonForm
    verb = gettext_lazy("Add a contact")
    done = gettext_lazy("The contact is added.")

    def get_form(self, obj, data=None):
        self.known = {str(each.pk): each for each in lists.known_people(self.viewer, obj, PEOPLE_OFFERED)}
        return PersonForm(data, known=[(key, f"{each.full_name} · {each.email}") for key, each in self.known.items()])

    def act(self, obj, data):
        words = ("full_name", "position", "email", "phone")
        found = self.known.get(data["known"])
        values = {name: getattr(found, name) if found else data[name] for name in words}
        add_contact(obj, **values, by=actor(self.request))


class ColleagueAction(OpportunityAction):
    """A verb that names a colleague who reads opportunities."""

    policy = staticmethod(can_share)
    form_class = ColleagueForm
    domain_verb: ClassVar[Callable]

    def get_form(self, obj, data=None):
        self.offered = {str(each.pk): each for each in people.colleagues_on(obj)}
        return ColleagueForm(data, colleagues=[(key, each.full_name) for key, each in self.offered.items()])

    def act(self, obj, data):
        type(self).domain_verb(obj, self.offered[data["contact"]], by=actor(self.request))


class Assign(ColleagueAction):
    """`/partners/opportunities/ID/assign/`."""

    domain_verb = staticmethod(assign)
    verb = gettext_lazy("Assign to a colleague")
    hint = gettext_lazy("Your colleague is told.")
    done = gettext_lazy("The opportunity is assigned.")


class Share(ColleagueAction):
    """`/partners/opportunities/ID/share/`: with a seller, who sees and works on it from then on."""

    domain_verb = staticmethod(share)
    verb = gettext_lazy("Share with a colleague")
    hint = gettext_lazy("Your colleague is told, sees the opportunity and works on it.")
    done = gettext_lazy("The opportunity is shared.")


class Collaborate(OpportunityAction):
    """`/partners/opportunities/ID/collaborate/`: another partner reads and notes along."""

    policy = staticmethod(can_share)
    form_class = CollaborateForm
    verb = gettext_lazy("Work with another partner")
    hint = gettext_lazy("The other partner reads everything and writes notes. Only you move, share or end it.")
    done = gettext_lazy("The other partner is invited.")

    def act(self, obj, data):
        account = people.member_named(data["partner"])
        if account is None:
            raise DomainError(_("No partner of the programme has this name or number."), field="partner")
        collaborate(obj, account, by=actor(self.request))


class Unshare(OpportunityAction):
    """`/partners/opportunities/ID/unshare/`: ends what a colleague or another partner sees."""

    policy = staticmethod(can_share)
    form_class = UnshareForm
    verb = gettext_lazy("Stop sharing")
    done = gettext_lazy("It is no longer shared.")

    def get_form(self, obj, data=None):
        chosen = self.request.GET.get("who", "")
        self.shared = {each.key: each for each in people.sharing(obj)}
        return UnshareForm(data, who=[(key, each.name) for key, each in self.shared.items()], initial={"who": chosen})

    def act(self, obj, data):
        found = self.shared[data["who"]]
        if found.contact is not None:
            unshare(obj, found.contact, by=actor(self.request))
        else:
            end_collaboration(obj, found.account, by=actor(self.request))


class Register(OpportunityAction):
    """`/partners/opportunities/ID/register/`: the exclusive right to a deal of the partner's own; staff decide."""

    policy = staticmethod(can_register)
    form_class = RegisterForm
    verb = gettext_lazy("Register the deal")
    hint = gettext_lazy("You ask for the exclusive right to this opportunity. The company decides.")
    done = gettext_lazy("Your registration was sent. You will be told what was decided.")

    def act(self, obj, data):
        register_deal(obj, text=data["text"], by=actor(self.request))
