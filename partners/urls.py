"""Paths of the section below `/partners/`."""

from django.urls import path

from partners.views.feedback import feedback

app_name = "partners"
urlpatterns = [
    path("feedback/<str:token>/", feedback, name="feedback"),
]
