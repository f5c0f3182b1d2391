"""Paths of the section below `/partners/`."""

from django.urls import path

from partners.views import actions
from partners.views.answers import Accept, AnswerMany, Decline
from partners.views.comparisons import Comparison, Comparisons
from partners.views.create import OpportunityCreate
from partners.views.dashboard import Dashboard
from partners.views.delivered import DeliveredList
from partners.views.feedback import feedback
from partners.views.opportunities import OpportunityDetail, OpportunityList
from partners.views.team import Team, TeamAdd, TeamInvite, TeamRoles
from portal.tenancy.scope import own_transactions

app_name = "partners"
VERBS = {
    "accept": Accept,
    "decline": Decline,
    "advance": actions.Advance,
    "hold": actions.Hold,
    "win": actions.Win,
    "lose": actions.Lose,
    "return": actions.GiveBack,
    "cancel": actions.Cancel,
    "reopen": actions.Reopen,
    "note": actions.Note,
    "contact": actions.AddPerson,
    "assign": actions.Assign,
    "share": actions.Share,
    "collaborate": actions.Collaborate,
    "unshare": actions.Unshare,
    "register": actions.Register,
}
urlpatterns = [
    path("opportunities/", Dashboard.as_view(), name="dashboard"),
    path("opportunities/delivered/", DeliveredList.as_view(), name="delivered_list"),
    path("opportunities/delivered/answer/", own_transactions(AnswerMany.as_view()), name="delivered_answer"),
    path("opportunities/new/", OpportunityCreate.as_view(), name="opportunity_create"),
    path("opportunities/accepted/", OpportunityList.as_view(), name="opportunity_list"),
    path("opportunities/comparisons/", Comparisons.as_view(), name="comparisons"),
    path("opportunities/comparisons/<uuid:run>/", Comparison.as_view(), name="comparison"),
    path("opportunities/team/", Team.as_view(), name="team"),
    path("opportunities/team/add/", TeamAdd.as_view(), name="team_add"),
    path("opportunities/team/<uuid:colleague>/roles/", TeamRoles.as_view(), name="team_roles"),
    path("opportunities/team/<uuid:colleague>/invite/", TeamInvite.as_view(), name="team_invite"),
    path("opportunities/<uuid:pk>/", OpportunityDetail.as_view(), name="opportunity_detail"),
    *(
        path(f"opportunities/<uuid:pk>/{verb}/", view.as_view(), name=f"opportunity_{verb}")
        for verb, view in VERBS.items()
    ),
    path("feedback/<str:token>/", feedback, name="feedback"),
]
