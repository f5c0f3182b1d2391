"""Visits by the links in messages, below `/v/`."""

from django.urls import path

from scheduling.views.links import link_events, link_state, open_visit

app_name = "visit_link"
urlpatterns = [
    path("<str:code>/", open_visit, name="open"),
    path("<str:code>/events/", link_events, name="events"),
    path("<str:code>/state/", link_state, name="state"),
]
