"""A partner's dashboard: what is new, what is worked on, what wants attention (PRT-7, DYNAMICS 5.9)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.domain.rules import load_settings
from partners.enums import Alert, Phase
from partners.policies import can_answer, can_create, can_manage_team
from partners.queries import dashboard as queries
from partners.views.delivered import teaser_row
from partners.views.words import ALERT_TONES, ago_text, amount_text
from portal.accounts.enums import Section
from portal.tenancy.scope import current_tenant
from portal.web.declarations import Rule
from portal.web.listing import label_of, links_to
from portal.web.views.base import SectionView


class Dashboard(SectionView):
    """`/partners/opportunities/`."""

    section = Section.OPPORTUNITIES
    object_type = ""
    access_rule = Rule.ROLE
    template_name = "partners/opportunities/dashboard.html"

    def get(self, request):
        totals = queries.totals(self.viewer)
        waiting = queries.next_to_expire(self.viewer)
        stuck = queries.wanting_attention(self.viewer, load_settings())
        sees_money = self.viewer.may_see_money(self.section)
        return self.render(
            tiles=tiles_of(totals, sees_money=sees_money),
            phases=phases_of(totals, sees_money=sees_money),
            waiting=[teaser_row(each) for each in waiting[: queries.SHOWN]],
            has_more_waiting=len(waiting) > queries.SHOWN,
            answer_verdict=can_answer(self.viewer, waiting[0]) if waiting else None,
            stuck=[alert_row(each) for each in stuck[: queries.SHOWN]],
            has_more_stuck=len(stuck) > queries.SHOWN,
            create_verdict=can_create(self.viewer),
            team_verdict=can_manage_team(self.viewer),
            has_any=bool(totals.new.count or totals.accepted.count),
        )


def tiles_of(totals: queries.Totals, *, sees_money: bool) -> list[dict]:
    """New and accepted, each with its value where the viewer sees money."""
    lists = (
        (_("New opportunities"), totals.new, reverse("partners:delivered_list")),
        (_("Accepted opportunities"), totals.accepted, reverse("partners:opportunity_list")),
    )
    return [
        {"label": label, "value": total.count, "note": value_text(total, sees_money=sees_money), "url": url}
        for label, total, url in lists
    ]


def phases_of(totals: queries.Totals, *, sees_money: bool) -> list[dict]:
    """The pipeline: what is in each phase."""
    page = reverse("partners:opportunity_list")
    return [
        {
            "label": label_of(Phase, phase),
            "value": total.count,
            "note": value_text(total, sees_money=sees_money) if total.count else "",
            "url": f"{page}?phase={phase.value}",
        }
        for phase, total in totals.by_phase.items()
    ]


def value_text(total: queries.Total, *, sees_money: bool) -> str:
    return amount_text(total.value, current_tenant().currency) if sees_money else ""


def alert_row(opportunity) -> dict:
    """An opportunity that wants attention, and the one reason."""
    alert = Alert(opportunity.alert)
    return {
        "url": links_to("partners:opportunity_detail")(opportunity.pk),
        "name": opportunity.customer_name,
        "note": f"{opportunity.number} · {label_of(Phase, opportunity.phase)}",
        "label": label_of(Alert, alert),
        "tone": ALERT_TONES[alert],
        "when": _("last activity %(when)s") % {"when": ago_text(opportunity.active_at)},
        "owner": opportunity.owner.full_name if opportunity.owner else "",
    }
