"""The partner's own team: colleagues, invitations, web roles (PRT-7)."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.domain.team import add_colleague, invite, set_roles
from partners.forms.team import ColleagueAddForm, RolesForm
from partners.policies import can_manage_team
from partners.queries import team as queries
from portal.accounts.enums import Section
from portal.accounts.models import Contact
from portal.kit.errors import DomainError
from portal.web.declarations import Rule
from portal.web.views.base import UNPROCESSABLE, Refused, SectionView


class TeamView(SectionView):
    """A page for those who manage the team; others read that they do not (403)."""

    section = Section.OPPORTUNITIES
    object_type = ""
    access_rule = Rule.POLICY

    def dispatch(self, request, *args, **kwargs):
        is_answered = request.method.lower() in self.http_method_names
        if is_answered and self.viewer and self.viewer.may_read(self.section):
            verdict = can_manage_team(self.viewer)
            if not verdict:
                raise Refused(verdict.reason)
        return super().dispatch(request, *args, **kwargs)

    def crumbs(self, *further: str) -> list[dict]:
        """The way back."""
        lists = {"label": _("Opportunities"), "url": reverse("partners:dashboard")}
        team = {"label": _("Team"), "url": reverse("partners:team") if further else ""}
        return [lists, team, *({"label": each} for each in further)]

    def back(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("partners:team"))


class Team(TeamView):
    """`/partners/opportunities/team/`."""

    template_name = "partners/team/list.html"

    def get(self, request):
        found = list(queries.colleagues(self.viewer)[: queries.SHOWN])
        return self.render(crumbs=self.crumbs(), people=[person_row(each, self.viewer.contact) for each in found])


class TeamAdd(TeamView):
    """`/partners/opportunities/team/add/`."""

    template_name = "partners/team/form.html"

    def get(self, request):
        return self.page(ColleagueAddForm())

    def post(self, request):
        form = ColleagueAddForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=UNPROCESSABLE)
        try:
            made = add_colleague(self.viewer.contact, **form.cleaned_data, by=request.user)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.page(form, status=error.status)
        messages.success(
            request, _("%(name)s is on your team. Give web roles and send the invitation.") % {"name": made}
        )
        return HttpResponseRedirect(reverse("partners:team_roles", args=[made.pk]))

    def page(self, form, *, status: int = 200):
        verb = _("Add a colleague")
        return self.render(status=status, form=form, verb=verb, crumbs=self.crumbs(verb), lead="")


class ColleagueView(TeamView):
    """A page about one of the viewer's own colleagues."""

    def colleague(self) -> Contact:
        """The colleague of the path; 404 for everybody else."""
        found = queries.colleague(self.viewer, self.kwargs["colleague"])
        if found is None:
            raise Http404
        return found


class TeamInvite(ColleagueView):
    """`/partners/opportunities/team/ID/invite/`: lets the colleague sign in and mails the link."""

    def post(self, request, **_path):
        colleague = self.colleague()
        try:
            invite(self.viewer.contact, colleague, by=request.user)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The invitation was sent to %(email)s.") % {"email": colleague.email})
        return self.back()


class TeamRoles(ColleagueView):
    """`/partners/opportunities/team/ID/roles/`."""

    template_name = "partners/team/form.html"

    def get(self, request, **_path):
        colleague = self.colleague()
        return self.page(colleague, self.form(colleague))

    def post(self, request, **_path):
        colleague = self.colleague()
        form = self.form(colleague, request.POST)
        if not form.is_valid():
            return self.page(colleague, form, status=UNPROCESSABLE)
        try:
            set_roles(self.viewer.contact, colleague, set(form.cleaned_data["roles"]), by=request.user)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.page(colleague, form, status=UNPROCESSABLE)
        messages.success(request, _("The web roles of %(name)s are changed.") % {"name": colleague})
        return self.back()

    def form(self, colleague: Contact, data=None) -> RolesForm:
        roles = [
            (str(role.pk), f"{role.name}: {role.description}" if role.description else role.name)
            for role in queries.partner_roles()
        ]
        held = [str(each.role_id) for each in colleague.roles.all()]
        return RolesForm(data, roles=roles, initial={"roles": held})

    def page(self, colleague: Contact, form, *, status: int = 200):
        verb = _("Web roles")
        crumbs = self.crumbs(colleague.full_name)
        return self.render(status=status, form=form, verb=verb, crumbs=crumbs, lead=colleague.full_name)


def person_row(contact: Contact, viewer: Contact) -> dict:
    """A colleague as the page shows it."""
    return {
        "pk": contact.pk,
        "name": contact.full_name,
        "email": contact.email,
        "is_viewer": contact.pk == viewer.pk,
        "roles": ", ".join(each.role.name for each in contact.roles.all()),
        "signs_in": contact.user_id is not None,
    }
