"""Paths of the section."""

from django.urls import path

from portal.timeline.views.comments import comment_view
from projects.models import Project
from projects.views.projects import ProjectDetail, ProjectList
from projects.views.resources import ResourceDetail, ResourceList

app_name = "projects"
urlpatterns = [
    path("projects/", ProjectList.as_view(), name="project_list"),
    path("projects/<uuid:pk>/", ProjectDetail.as_view(), name="project_detail"),
    path("projects/<uuid:pk>/comment/", comment_view(Project), name="project_comment"),
    path("resources/", ResourceList.as_view(), name="resource_list"),
    path("resources/<uuid:pk>/", ResourceDetail.as_view(), name="resource_detail"),
]
