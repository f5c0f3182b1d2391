"""What a viewer may do with an opportunity, each with its reason (PRT-4, PRT-7). Whether it is open for it, the verbs say."""

from django.utils.translation import gettext_lazy as _

from partners.enums import WORKED_STATUSES, OpportunityStatus, Source
from partners.models import Opportunity
from portal.access.viewer import Viewer
from portal.accounts.enums import Section
from portal.kit.verdicts import ALLOWED, Verdict, denied

SECTION = Section.OPPORTUNITIES


def can_answer(viewer: Viewer, opportunity: Opportunity) -> Verdict:
    """Whether the viewer accepts or declines for the partner."""
    if opportunity.status != OpportunityStatus.DELIVERED:
        return denied(_("This opportunity was answered already."))
    if not _is_for_all(viewer, opportunity):
        return denied(_("Your web role lets you work on opportunities, not accept or decline them."))
    return ALLOWED


def answers_for(viewer: Viewer) -> bool:
    """Whether the viewer answers what is sent to the partner, and is told of it."""
    return viewer.account_id in viewer.reach(SECTION) and viewer.may_decide(SECTION, viewer.account_id)


def can_work(viewer: Viewer, opportunity: Opportunity) -> Verdict:
    """Whether the viewer reports progress, adds contacts, wins, loses."""
    if not viewer.may_decide(SECTION, opportunity.partner_id):
        return denied(_("Only the partner that has the opportunity moves, shares or ends it."))
    if opportunity.status not in WORKED_STATUSES:
        return denied(_("Nobody works on this opportunity at the moment."))
    return ALLOWED


def can_note(viewer: Viewer, opportunity: Opportunity) -> Verdict:
    """Whether the viewer writes a note: the partner, and those that collaborate."""
    if not viewer.may_decide(SECTION):
        return denied(_("Your web role lets you read opportunities only."))
    if opportunity.status == OpportunityStatus.DELIVERED:
        return denied(_("Accept the opportunity first."))
    return ALLOWED


def can_give_back(viewer: Viewer, opportunity: Opportunity) -> Verdict:
    """Whether the viewer returns it to the network."""
    if opportunity.source == Source.PARTNER:
        return denied(_("What you created yourself is canceled, not returned."))
    if not _is_for_all(viewer, opportunity):
        return denied(_("Your web role lets you work on opportunities, not return them."))
    return can_work(viewer, opportunity)


def can_cancel(viewer: Viewer, opportunity: Opportunity) -> Verdict:
    """Whether the viewer drops it."""
    if opportunity.source != Source.PARTNER:
        return denied(_("A distributed opportunity is returned, not canceled."))
    return can_work(viewer, opportunity)


def can_reopen(viewer: Viewer, opportunity: Opportunity) -> Verdict:
    """Whether the viewer takes a closed one up again."""
    if opportunity.closed_at is None:
        return denied(_("This opportunity is open."))
    if not viewer.may_decide(SECTION, opportunity.partner_id):
        return denied(_("Only the partner that has the opportunity moves, shares or ends it."))
    return ALLOWED


def can_share(viewer: Viewer, opportunity: Opportunity) -> Verdict:
    """Whether the viewer assigns it, shares it with colleagues, invites another partner."""
    if not _is_for_all(viewer, opportunity):
        return denied(_("Your web role lets you work on opportunities, not share them."))
    return can_work(viewer, opportunity)


def can_register(viewer: Viewer, opportunity: Opportunity) -> Verdict:
    """Whether the viewer asks for the exclusive right to a deal."""
    if opportunity.source != Source.PARTNER:
        return denied(_("Only what you created yourself can be registered."))
    return can_work(viewer, opportunity)


def can_create(viewer: Viewer) -> Verdict:
    """Whether the viewer creates opportunities of the partner's own."""
    if not viewer.may_decide(SECTION, viewer.account_id):
        return denied(_("Your web role lets you read opportunities only."))
    return ALLOWED


def can_manage_team(viewer: Viewer) -> Verdict:
    """Whether the viewer invites colleagues and gives them web roles for opportunities."""
    if not (viewer.manages_team and viewer.may_read(SECTION)):
        return denied(_("Only administrators of your company manage its team."))
    return ALLOWED


def _is_for_all(viewer: Viewer, opportunity: Opportunity) -> bool:
    """Whether the viewer decides about all opportunities of the partner that has it, not own ones only."""
    return opportunity.partner_id in viewer.reach(SECTION) and viewer.may_decide(SECTION, opportunity.partner_id)
