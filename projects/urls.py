"""Paths of the section."""

app_name = "projects"
urlpatterns: list = []
