"""The section in the menu and in the search."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Section
from portal.catalog.numbering import register_series
from portal.timeline.registry import register_event, register_timeline
from portal.web.listing import label_of
from portal.web.registry import register_navigation, register_search
from projects.enums import Health, NumberKind, ProjectStage
from projects.models import Project
from projects.queries.projects import find_projects
from projects.queries.resources import find_resources

PREFIXES = {
    NumberKind.PROJECT: "PRJ-",
    NumberKind.QUOTE: "Q-",
    NumberKind.CONTRACT: "C-",
    NumberKind.INVOICE: "PI-",
}

for kind, prefix in PREFIXES.items():
    register_series(kind, kind.label, prefix)

register_navigation(Section.PROJECTS, _("Projects"), "projects:project_list", "rectangle-stack", 50)
register_search(Section.PROJECTS, _("Projects"), find_projects, "projects:project_detail", 50)
register_navigation(Section.PROJECTS, _("Resources"), "projects:resource_list", "user-group", 58)
register_search(Section.PROJECTS, _("Resources"), find_resources, "projects:resource_detail", 58)

register_timeline(Project, comment_url="projects:project_comment")
register_event(
    "project.stage",
    lambda payload: _("Stage: %(stage)s") % {"stage": label_of(ProjectStage, payload["to"])},
    icon="arrow-path",
)


def health_text(payload) -> str:
    """The status as its manager reported it, with the comment where there is one."""
    status = _("Status: %(status)s") % {"status": label_of(Health, payload["health"])}
    return f"{status}. {payload['comment']}" if payload["comment"] else str(status)


register_event("project.health", health_text, icon="flag")
