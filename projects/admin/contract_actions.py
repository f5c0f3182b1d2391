"""What staff do with a contract beside editing it: open, mark milestones, bill them, close, lose, download (PSA-3)."""

from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.access.admin.record_actions import Action, ActionForm
from portal.kit.money import money_text
from portal.web.papers import pdf_response
from projects.domain.contracts import close_contract, draft_of_quote, lose_contract, open_contract
from projects.domain.invoices import draft_of_milestones
from projects.domain.milestones import MOST_MILESTONES, mark_ready, take_back
from projects.enums import ContractKind, ContractStatus, MilestoneStatus, QuoteStatus
from projects.models import Contract, ContractMilestone, Quote
from projects.papers.contract_pdf import pdf_of
from projects.queries.contracts import contract_for_staff, lines_of, milestones_of


class LoseForm(ActionForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("For the company's own records.")
    )


class KindForm(ActionForm):
    """As what."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ContractKind.choices)


class MilestonesForm(ActionForm):
    """Which ones; `status` is the one that they leave."""

    status: str
    milestones = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Milestones"),
        queryset=ContractMilestone.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data=None, *, record: Contract):
        super().__init__(data, record=record)
        field: Any = self.fields["milestones"]
        field.queryset = ContractMilestone.objects.filter(line__contract=record, status=self.status)
        rows = [each for each in milestones_of(record) if each.status == self.status]
        field.choices = [(each.pk, milestone_text(record, each)) for each in rows[:MOST_MILESTONES]]


class ReadyForm(MilestonesForm):
    status = MilestoneStatus.NOT_READY


class TakeBackForm(MilestonesForm):
    status = MilestoneStatus.READY


def milestone_text(contract: Contract, milestone: ContractMilestone) -> str:
    """One milestone as staff tell it from the others."""
    amount = money_text(milestone.amount, contract.currency, get_language())
    line = milestone.line.description if milestone.line.description != milestone.name else ""
    parts = (line, milestone.name, str(milestone.due_date or ""), amount)
    return " · ".join(each for each in parts if each)


def is_won_without_contract(quote: Quote) -> bool:
    """Whether a contract can be made of the quote."""
    return quote.status == QuoteStatus.WON and not quote.contracts.exclude(status=ContractStatus.LOST).exists()


def is_active(contract: Contract) -> bool:
    return contract.status == ContractStatus.ACTIVE


def has_milestones(contract: Contract, status: str) -> bool:
    """Whether a contract in force has some in this status."""
    return is_active(contract) and ContractMilestone.objects.filter(line__contract=contract, status=status).exists()


def what_is_billed(contract: Contract) -> list[str]:
    """The milestones that are ready."""
    ready = [each for each in milestones_of(contract) if each.status == MilestoneStatus.READY]
    return [milestone_text(contract, each) for each in ready]


def what_is_open(contract: Contract) -> list[str]:
    """The milestones that nobody was billed for."""
    rows = [each for each in milestones_of(contract) if each.status != MilestoneStatus.POSTED]
    return [_("Not invoiced: %(milestone)s") % {"milestone": milestone_text(contract, each)} for each in rows]


# Offered on the page of a quote.
OF_QUOTE = Action(
    key="contract",
    label=gettext_lazy("Draft a contract"),
    explanation=gettext_lazy(
        "A draft with the lines of the quote and the options that the customer chose, at fixed prices. A quote has one contract."
    ),
    is_offered=is_won_without_contract,
    perform=lambda quote, data, by: draft_of_quote(quote, **data, by=by),
    done=gettext_lazy("%(made)s was drafted from quote %(name)s."),
    form=KindForm,
)
OPEN = Action(
    key="open",
    label=gettext_lazy("Open"),
    explanation=gettext_lazy(
        "The contract is in force and stays as it is. A fixed price without milestones is billed at once. Where the contract is exposed,"
        " the customer sees it and is told by e-mail."
    ),
    is_offered=lambda contract: contract.status == ContractStatus.DRAFT,
    perform=lambda contract, data, by: open_contract(contract, by=by),
    done=gettext_lazy("%(name)s is in force."),
)
READY = Action(
    key="ready",
    label=gettext_lazy("Milestones reached"),
    explanation=gettext_lazy("What was reached is ready to be invoiced. The customer reads so."),
    is_offered=lambda contract: has_milestones(contract, MilestoneStatus.NOT_READY),
    perform=lambda contract, data, by: mark_ready(contract, data["milestones"], by=by),
    done=gettext_lazy("The milestones of %(name)s are ready."),
    form=ReadyForm,
)
TAKE_BACK = Action(
    key="take-back",
    label=gettext_lazy("Take milestones back"),
    explanation=gettext_lazy("They were not reached after all."),
    is_offered=lambda contract: has_milestones(contract, MilestoneStatus.READY),
    perform=lambda contract, data, by: take_back(contract, data["milestones"], by=by),
    done=gettext_lazy("The milestones of %(name)s were taken back."),
    form=TakeBackForm,
)
BILL = Action(
    key="bill",
    label=gettext_lazy("Draft an invoice"),
    explanation=gettext_lazy("A line for each milestone that is ready, each once."),
    is_offered=lambda contract: has_milestones(contract, MilestoneStatus.READY),
    perform=lambda contract, data, by: draft_of_milestones(contract, by=by),
    done=gettext_lazy("%(made)s bills the milestones of %(name)s."),
    consequences=what_is_billed,
)
CLOSE = Action(
    key="close",
    label=gettext_lazy("Close"),
    explanation=gettext_lazy("The work is done and billed. A closed contract is never opened again."),
    is_offered=is_active,
    perform=lambda contract, data, by: close_contract(contract, by=by),
    done=gettext_lazy("%(name)s was closed."),
    consequences=what_is_open,
    is_grave=True,
)
LOSE = Action(
    key="lose",
    label=gettext_lazy("Lost"),
    explanation=gettext_lazy("Nothing came of this draft. Its quote may get another contract."),
    is_offered=lambda contract: contract.status == ContractStatus.DRAFT,
    perform=lambda contract, data, by: lose_contract(contract, **data, by=by),
    done=gettext_lazy("%(name)s was given up."),
    form=LoseForm,
    is_grave=True,
)


class ContractPaper:
    """The paper as the customer gets it."""

    admin_site: Any

    def get_urls(self):
        view = self.admin_site.admin_view(self.pdf_view)
        return [path("<path:object_id>/pdf/", view, name="projects_contract_pdf"), *super().get_urls()]  # type: ignore[misc]

    def tools(self, obj) -> list[dict]:
        url = reverse("admin:projects_contract_pdf", args=[obj.pk])
        return [*super().tools(obj), {"label": _("Download PDF"), "url": url}]  # type: ignore[misc]

    def pdf_view(self, request, object_id):
        """Drafts and lost contracts are marked as such."""
        contract = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if contract is None or not self.has_view_permission(request, contract):  # type: ignore[attr-defined]
            raise Http404
        contract = contract_for_staff().get(pk=contract.pk)
        return pdf_response(pdf_of(contract, lines_of(contract), milestones_of(contract)), contract.number)
