"""Opportunities that a partner sees whole: open, won, lost; the page of one (PRT-4, PRT-6, FS-7)."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain.rules import load_settings
from partners.enums import Alert, OpportunityStatus, Phase, Source
from partners.filters import managed_filter
from partners.policies import can_answer, can_create
from partners.queries import lists as queries
from partners.queries.opportunities import with_alerts
from partners.views.base import gone
from partners.views.delivered import local, revenue_number, revenue_text, teaser_row
from partners.views.parts import whole_context
from partners.views.words import ALERT_TONES, STATUS_TONES
from portal.accounts.enums import Section
from portal.tenancy.scope import current_tenant
from portal.web.lines import Cell, Line
from portal.web.listing import Column, Listing, Tab, label_of, links_to
from portal.web.paging import Sort, amount, moment, words
from portal.web.times import short_date
from portal.web.views.base import SectionDetailView
from portal.web.views.priced import PricedListView


def with_reasons(viewer):
    """The list's rows, each with why it wants attention."""
    return with_alerts(queries.managed_list(viewer), load_settings())


class OpportunityList(PricedListView):
    """`/partners/opportunities/accepted/`: what was accepted, and what the partner created."""

    section = Section.OPPORTUNITIES
    object_type = "partners.Opportunity"
    query = staticmethod(with_reasons)
    template_name = "partners/opportunities/list.html"
    search = staticmethod(queries.opportunity_matches)
    export_name = "opportunities"
    tabs = (
        Tab("open", gettext_lazy("Open"), queries.OPEN),
        Tab("won", gettext_lazy("Won"), queries.WON),
        Tab("lost", gettext_lazy("Lost"), queries.LOST),
        Tab("all", gettext_lazy("All"), queries.EVERY),
    )
    columns = (
        Column(gettext_lazy("Reference"), lambda each: each.number),
        Column(gettext_lazy("Customer"), lambda each: each.customer_name),
        Column(gettext_lazy("Topic"), lambda each: each.topic),
        Column(gettext_lazy("Town"), lambda each: each.city),
        Column(gettext_lazy("Products"), lambda each: ", ".join(each.product_names)),
        Column(gettext_lazy("Source"), lambda each: label_of(Source, each.source)),
        Column(gettext_lazy("Phase"), lambda each: label_of(Phase, each.phase)),
        Column(gettext_lazy("Status"), lambda each: label_of(OpportunityStatus, each.status)),
        Column(gettext_lazy("Alert"), lambda each: label_of(Alert, each.alert) if each.alert else ""),
        Column(gettext_lazy("Assigned to"), lambda each: each.owner.full_name if each.owner else ""),
        Column(gettext_lazy("Accepted"), lambda each: local(each.since)),
        Column(gettext_lazy("Last activity"), lambda each: local(each.active_at)),
        Column(gettext_lazy("Estimated close"), lambda each: each.estimated_close_date or ""),
    )
    money_columns = (
        Column(gettext_lazy("Currency"), lambda each: each.currency if each.sees_money else ""),
        Column(gettext_lazy("Estimated revenue"), revenue_number),
    )
    plain_sorts = (
        Sort("activity", gettext_lazy("Last activity"), "active_at", parse=moment, is_descending=True),
        Sort("customer", gettext_lazy("Customer"), queries.customer_name(), parse=words),
        Sort("since", gettext_lazy("Accepted"), queries.since(), parse=moment, is_descending=True),
        Sort("number", gettext_lazy("Reference"), "number", parse=words),
    )
    money_sorts = (
        Sort("revenue", gettext_lazy("Estimated revenue"), "seen_revenue", parse=amount, is_descending=True),
    )
    heads = (
        ("customer", gettext_lazy("Opportunity")),
        ("", gettext_lazy("Town")),
        ("", gettext_lazy("Phase")),
        ("", gettext_lazy("Status")),
        ("", gettext_lazy("Assigned to")),
        ("since", gettext_lazy("Accepted")),
    )
    money_heads = (("revenue", gettext_lazy("Estimated revenue")),)

    @property
    def filterset_class(self):
        return managed_filter(self.viewer)

    @staticmethod
    def lines(opportunities, *, sees_money: bool) -> list[Line]:
        return rows_of(opportunities, sees_money=sees_money)

    def get_context(self, listing: Listing) -> dict:
        return super().get_context(listing) | {"create_verdict": can_create(self.viewer)}


def rows_of(opportunities, *, sees_money: bool) -> list[Line]:
    """The lines of a page; revenue only where the viewer sees any, and empty where they do not see this account's."""
    link, zone = links_to("partners:opportunity_detail"), current_tenant().zone
    lines = []
    for each in opportunities:
        status = label_of(OpportunityStatus, each.status)
        cells = [
            Cell(each.city),
            Cell(label_of(Phase, each.phase)),
            Cell(status, note=alert_text(each), tone=tone_of(each), kind="state"),
            Cell(each.owner.full_name if each.owner else ""),
            Cell(short_date(each.since, zone)),
        ]
        if sees_money:
            cells.append(Cell(revenue_text(each), kind="money"))
        badge = _("Own") if each.source == Source.PARTNER else ""
        note = f"{each.number} · {each.topic}"
        lines.append(Line(link(each.pk), each.customer_name, note, badge, tuple(cells)))
    return lines


def alert_text(opportunity) -> str:
    return label_of(Alert, opportunity.alert) if opportunity.alert else ""


def tone_of(opportunity) -> str:
    """The tone of the state: that of the alert where there is one."""
    if opportunity.alert:
        return ALERT_TONES[Alert(opportunity.alert)]
    return STATUS_TONES.get(OpportunityStatus(opportunity.status), "neutral")


class OpportunityDetail(SectionDetailView):
    """`/partners/opportunities/ID/`: the teaser until it is accepted, the whole after."""

    section = Section.OPPORTUNITIES
    object_type = "partners.Opportunity"
    query = staticmethod(queries.any_list)

    def get(self, request, *args, **kwargs):
        try:
            obj = self.get_object()
        except Http404:
            return gone(request, kwargs["pk"])
        if obj.status == OpportunityStatus.DELIVERED:
            self.template_name = "partners/opportunities/teaser.html"
            return self.render(object=obj, **self.teaser_context(obj))
        self.template_name = "partners/opportunities/detail.html"
        return self.render(**self.whole_context(obj))

    def teaser_context(self, obj) -> dict:
        """What the partner may know before it decides."""
        teaser = queries.teaser_list(self.viewer).visible_to(self.viewer).filter(pk=obj.pk).order_by("pk").first()
        row = teaser_row(teaser)
        crumbs = [
            {"label": _("Opportunities"), "url": reverse("partners:dashboard")},
            {"label": _("Delivered"), "url": reverse("partners:delivered_list")},
            {"label": obj.number},
        ]
        facts = (
            (_("Where"), row["city"], row["territory"]),
            (_("Products"), row["products"], ""),
            (_("Kind"), row["kind"], ""),
            (_("Estimated revenue"), row["revenue"], ""),
            (_("Delivered"), row["delivered"], ""),
            (_("Answer by"), row["due"], ""),
        )
        return {
            "row": row,
            "crumbs": crumbs,
            "verdict": can_answer(self.viewer, obj),
            "facts": [{"label": label, "value": value, "note": note} for label, value, note in facts],
        }

    def whole_context(self, obj) -> dict:
        """Everything, with the customer."""
        found = with_alerts(queries.managed_detail(self.viewer).visible_to(self.viewer), load_settings())
        opportunity = found.filter(pk=obj.pk).order_by("pk").first()
        if opportunity is None:
            raise Http404
        shows_all = self.request.GET.get("history") == "all"
        context = whole_context(self.request, opportunity, shows_all=shows_all)
        return {"object": opportunity, "tone": tone_of(opportunity), "alert": alert_text(opportunity)} | context
