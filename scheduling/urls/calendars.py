"""Visits in the customer's own calendar, below `/calendar/`."""

from django.urls import path

from scheduling.views.feeds import FeedView, feed_file

app_name = "calendar_feed"
urlpatterns = [
    path("", FeedView.as_view(), name="page"),
    path("<str:code>.ics", feed_file, name="file"),
]
