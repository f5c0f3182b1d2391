"""What waits for the partner's answer (PRT-4): teasers in lists and on their own page."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.policies import answers_for, can_answer
from partners.queries import lists as queries
from partners.queries.opportunities import standing
from partners.views.words import amount_text, left_text, left_tone
from portal.accounts.enums import Section
from portal.kit import clock
from portal.kit.money import round_money
from portal.tenancy.scope import current_tenant
from portal.web.listing import Column, Listing, links_to
from portal.web.paging import Sort, amount, moment
from portal.web.times import format_instant, short_date
from portal.web.views.priced import PricedListView


def local(instant):
    """An instant on the company's clock, for the export."""
    return timezone.localtime(instant, current_tenant().zone).replace(tzinfo=None)


def revenue_number(opportunity):
    """The estimated revenue as a number for the export; empty for those who do not see it, and where there is none."""
    if not opportunity.sees_money or opportunity.estimated_revenue is None:
        return ""
    return round_money(opportunity.estimated_revenue, opportunity.currency)


class DeliveredList(PricedListView):
    """`/partners/opportunities/delivered/`: teasers, the next to expire first."""

    section = Section.OPPORTUNITIES
    object_type = "partners.Opportunity"
    query = staticmethod(queries.teaser_list)
    template_name = "partners/opportunities/delivered.html"
    search = staticmethod(queries.teaser_matches)
    export_name = "delivered-opportunities"
    columns = (
        Column(gettext_lazy("Reference"), lambda each: each.number),
        Column(gettext_lazy("Delivered"), lambda each: local(each.delivered_at)),
        Column(gettext_lazy("Town"), lambda each: each.city),
        Column(gettext_lazy("Territory"), lambda each: each.territory),
        Column(gettext_lazy("Products"), lambda each: ", ".join(each.product_names)),
        Column(gettext_lazy("Kind"), lambda each: each.lead_type.name if each.lead_type else ""),
        Column(gettext_lazy("Answer by"), lambda each: local(each.expires_at)),
    )
    money_columns = (
        Column(gettext_lazy("Currency"), lambda each: each.currency if each.sees_money else ""),
        Column(gettext_lazy("Estimated revenue"), revenue_number),
    )
    plain_sorts = (
        Sort("expires", gettext_lazy("Next to expire"), standing("expires_at"), parse=moment),
        Sort("delivered", gettext_lazy("Delivered"), standing("delivered_at"), parse=moment, is_descending=True),
    )
    money_sorts = (
        Sort("revenue", gettext_lazy("Estimated revenue"), "seen_revenue", parse=amount, is_descending=True),
    )
    heads = (
        ("", gettext_lazy("Reference")),
        ("delivered", gettext_lazy("Delivered")),
        ("", gettext_lazy("Where")),
        ("", gettext_lazy("About")),
        ("expires", gettext_lazy("Time left")),
    )
    money_heads = (("revenue", gettext_lazy("Estimated revenue")),)

    @staticmethod
    def lines(opportunities, *, sees_money: bool) -> list[dict]:
        return [teaser_row(each) for each in opportunities]

    def get_context(self, listing: Listing) -> dict:
        rows = listing.page.rows
        verdict = can_answer(self.viewer, rows[0]) if rows else None
        context = super().get_context(listing)
        # The last column is that of the answers.
        context["columns"].append({"label": _("Answer"), "sort_url": "", "direction": ""})
        return context | {"verdict": verdict, "sees_money": self.sees_money, "answers": answers_for(self.viewer)}


def revenue_text(opportunity) -> str:
    """The same in words."""
    return amount_text(opportunity.estimated_revenue, opportunity.currency) if opportunity.sees_money else ""


def teaser_row(opportunity) -> dict:
    """A teaser as the list, the dashboard and its own page show it."""
    zone = current_tenant().zone
    return {
        "pk": opportunity.pk,
        "number": opportunity.number,
        "url": links_to("partners:opportunity_detail")(opportunity.pk),
        "delivered": short_date(opportunity.delivered_at, zone),
        "city": opportunity.city,
        "territory": opportunity.territory,
        "products": ", ".join(opportunity.product_names),
        "kind": opportunity.lead_type.name if opportunity.lead_type else "",
        "revenue": revenue_text(opportunity),
        "left": left_text(opportunity.expires_at),
        "tone": left_tone(opportunity.expires_at),
        "over": _("The time to answer is over.") if opportunity.expires_at <= clock.now() else "",
        "due": format_instant(opportunity.expires_at, zone),
    }
