"""Accepting and declining, one opportunity or several at once (PRT-4)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.domain.deliveries import accept
from partners.domain.distribution import decline
from partners.enums import OpportunityStatus
from partners.forms.actions import DeclineForm
from partners.models import Opportunity
from partners.policies import can_answer
from partners.queries import lists as queries
from partners.views.base import OpportunityAction, actor, gone_text
from portal.accounts.enums import Section
from portal.kit.errors import DomainError
from portal.tenancy.scope import tenant_scope
from portal.web.declarations import Rule
from portal.web.paging import PAGE_SIZE
from portal.web.views.base import UNPROCESSABLE, SectionView


class Answer(OpportunityAction):
    """An answer to one. An opportunity that was accepted meanwhile is shown as it is now."""

    query = staticmethod(queries.any_list)
    policy = staticmethod(can_answer)

    def get(self, request, *args, **kwargs):
        return self.answered(request, kwargs["pk"]) or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self.answered(request, kwargs["pk"]) or super().post(request, *args, **kwargs)

    def answered(self, request, pk) -> HttpResponseRedirect | None:
        """The way to the page of what was accepted before; None for what waits, and for what is not there."""
        obj = self.get_queryset().filter(pk=pk).order_by("pk").first()
        if obj is None or obj.status == OpportunityStatus.DELIVERED:
            return None
        messages.info(request, _("This opportunity was answered already."))
        return HttpResponseRedirect(reverse("partners:opportunity_detail", args=[pk]))


class Accept(Answer):
    """`/partners/opportunities/ID/accept/`."""

    verb = gettext_lazy("Accept opportunity")
    hint = gettext_lazy("You take it on, and see the customer and everything that is known.")
    done = gettext_lazy("The opportunity is yours. Get in touch with the customer.")

    def act(self, obj, data):
        accept(obj, by=actor(self.request))


class Decline(Answer):
    """`/partners/opportunities/ID/decline/`, with the reason."""

    form_class = DeclineForm
    verb = gettext_lazy("Decline opportunity")
    hint = gettext_lazy("Another partner gets it. You will not see it any more.")
    done = gettext_lazy("The opportunity is declined.")
    kind = "danger"

    def act(self, obj, data):
        decline(obj, reason=data["reason"], comment=data["comment"], by=actor(self.request))

    def get_success_url(self, obj) -> str:
        return reverse("partners:delivered_list")


class AnswerMany(SectionView):
    """`/partners/opportunities/delivered/answer/`: accepts the chosen ones, or asks once why they are declined.

    Each answer is a transaction of its own, so that none waits for another and one that comes too late undoes no other.
    """

    section = Section.OPPORTUNITIES
    object_type = ""
    access_rule = Rule.ROLE
    template_name = "partners/opportunities/decline_many.html"

    def dispatch(self, request, *args, **kwargs):
        if request.tenant is None:
            raise Http404
        with tenant_scope(request.tenant):
            if not self.viewer or not self.viewer.may_read(self.section):
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request):
        chosen = picked(request.POST)
        if not chosen:
            messages.warning(request, _("Choose at least one opportunity."))
            return self.back()
        if "accept" in request.POST or request.POST.get("answer") == "accept":
            said = [self.answer(pk, accept) for pk in chosen]
            self.tell(
                said, ngettext("%(count)s opportunity is yours.", "%(count)s opportunities are yours.", done(said))
            )
            return self.back()
        form = DeclineForm(request.POST if "reason" in request.POST or "send" in request.POST else None)
        if not form.is_valid():
            return self.ask(form, chosen)
        words = {name: form.cleaned_data[name] for name in ("reason", "comment")}
        said = [self.answer(pk, decline, **words) for pk in chosen]
        self.tell(
            said, ngettext("%(count)s opportunity is declined.", "%(count)s opportunities are declined.", done(said))
        )
        return self.back()

    def answer(self, pk: UUID, verb, **words) -> str:
        """Answer one; "" when it went well, else why not."""
        try:
            with tenant_scope(self.request.tenant):
                found = self.find(pk)
                if isinstance(found, str):
                    return found
                verdict = can_answer(self.viewer, found)
                if not verdict:
                    return f"{found.number}: {verdict.reason}"
                number = found.number
                verb(found, by=actor(self.request), **words)
        except DomainError as error:
            return f"{number}: {error.message}"
        return ""

    def find(self, pk: UUID) -> Opportunity | str:
        """The opportunity as it is now, or why it is no longer there."""
        found = queries.any_list(self.viewer).visible_to(self.viewer).filter(pk=pk).order_by("pk").first()
        if found is not None:
            return found
        ended = queries.ended_delivery(self.viewer, pk)
        return gone_text(ended) if ended else _("You no longer have one of these opportunities.")

    def ask(self, form: DeclineForm, chosen: list[UUID]):
        """The page that asks for the reason; back to the list where none of them waits any more."""
        with tenant_scope(self.request.tenant):
            seen = queries.teaser_list(self.viewer).visible_to(self.viewer).filter(pk__in=chosen)
            found = list(seen.order_by("number", "pk"))
            if not found:
                messages.warning(self.request, _("You no longer have one of these opportunities."))
                return self.back()
            return self.render(
                status=UNPROCESSABLE if form.is_bound else 200,
                form=form,
                chosen=found,
                title=_("Decline opportunities"),
                back_url=reverse("partners:delivered_list"),
            )

    def tell(self, said: list[str], sentence: str) -> None:
        """What was done, and each that was not."""
        if count := done(said):
            messages.success(self.request, sentence % {"count": count})
        for refusal in dict.fromkeys(each for each in said if each):
            messages.warning(self.request, refusal)

    def back(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("partners:delivered_list"))


def done(said: list[str]) -> int:
    """How many went well."""
    return said.count("")


def picked(data) -> list[UUID]:
    """The ids that were chosen, at most a page of them; what is no id is left out."""
    found = []
    for each in (data.getlist("accept") or data.getlist("pick"))[:PAGE_SIZE]:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
