"""Filters of the section's lists; kept in the URL (FS-7)."""

import django_filters
from django.utils.translation import gettext_lazy as _

from projects.enums import Health, ProjectStage
from projects.queries.resources import roles_of


class ProjectFilter(django_filters.FilterSet):
    """By stage, and by how it stands where the viewer reads that."""

    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=ProjectStage.choices, empty_label=_("Any"))
    health = django_filters.ChoiceFilter(
        field_name="seen_health", label=_("Status"), choices=Health.choices, empty_label=_("Any")
    )


def resource_filter(viewer) -> type[django_filters.FilterSet]:
    """By role. It offers the roles of those whom the viewer sees."""
    roles = roles_of(viewer)

    class ResourceFilter(django_filters.FilterSet):
        role = django_filters.ChoiceFilter(label=_("Role"), choices=roles, empty_label=_("Any"))

    return ResourceFilter
