"""Files of records, below `/files/`."""

from django.urls import path

from portal.timeline.views.comments import FileView

app_name = "timeline"
urlpatterns = [path("<uuid:pk>/", FileView.as_view(), name="file")]
