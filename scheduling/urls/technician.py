"""The technician's pages, below `/tech/`."""

from django.urls import path

from scheduling.views.technician import day

app_name = "technician"
urlpatterns = [path("", day, name="day")]
