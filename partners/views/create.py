"""A new opportunity of the partner's own (PRT-6)."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.domain.own import enter_own
from partners.forms.own import OwnForm
from partners.policies import can_create
from partners.queries.programme import own_lead_types, own_products
from partners.views.base import actor
from portal.accounts.enums import Section
from portal.kit.errors import DomainError
from portal.web.declarations import Rule
from portal.web.views.base import UNPROCESSABLE, Refused, SectionView


class OpportunityCreate(SectionView):
    """`/partners/opportunities/new/`: the partner works on it at once; it counts neither against capacity nor in a metric."""

    section = Section.OPPORTUNITIES
    object_type = ""
    access_rule = Rule.POLICY
    template_name = "partners/opportunities/new.html"

    def get(self, request):
        self.require()
        return self.page(self.form())

    def post(self, request):
        self.require()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=UNPROCESSABLE)
        try:
            made = enter_own(
                form.content(),
                self.viewer.contact.account,
                place=form.place(),
                by=actor(request),
                request_key=form.cleaned_data["request_key"],
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.page(form, status=UNPROCESSABLE)
        messages.success(request, _("The opportunity is yours to work on."))
        return HttpResponseRedirect(reverse("partners:opportunity_detail", args=[made.pk]))

    def require(self) -> None:
        """403 with the reason for those who only read."""
        verdict = can_create(self.viewer)
        if not verdict:
            raise Refused(verdict.reason)

    def form(self, data=None) -> OwnForm:
        place = self.viewer.contact.account.place
        return OwnForm(
            data,
            products=own_products(self.viewer),
            lead_types=own_lead_types(self.viewer),
            with_money=self.viewer.may_see_money(self.section, self.viewer.account_id),
            initial={"request_key": uuid4(), "country": place.country if place else ""},
        )

    def page(self, form: OwnForm, *, status: int = 200):
        crumbs = [
            {"label": _("Opportunities"), "url": reverse("partners:dashboard")},
            {"label": _("New opportunity")},
        ]
        return self.render(status=status, form=form, crumbs=crumbs, back_url=reverse("partners:dashboard"))
