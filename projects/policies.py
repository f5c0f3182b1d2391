"""What a viewer may do with records of the section, each with its reason (PSA-2)."""

from django.utils.translation import gettext_lazy as _

from portal.access.money import sees_money_of
from portal.access.viewer import Viewer
from portal.accounts.enums import Section
from portal.kit.verdicts import ALLOWED, Verdict, denied
from projects.models import Quote


def can_decide_quote(viewer: Viewer, quote: Quote) -> Verdict:
    """Whether the viewer decides for the account of this quote; whether the quote is open, the verb says."""
    if not viewer.may_decide(Section.PROJECTS):
        return denied(_("Your web role lets you read quotes, not decide them. Ask a colleague who may."))
    if not viewer.may_decide(Section.PROJECTS, quote.account_id):
        return denied(_("You can read this quote, but not decide for its account."))
    if not sees_money_of(viewer, quote):
        return denied(_("Who decides about a quote must see its prices, and your web role does not include them."))
    return ALLOWED


def can_ask(viewer: Viewer, quote: Quote) -> Verdict:
    """Whether the viewer may ask the company about this quote: everybody of its account."""
    if quote.account_id not in viewer.reach(Section.PROJECTS):
        return denied(_("You can read this quote, but not ask for its account."))
    return ALLOWED
