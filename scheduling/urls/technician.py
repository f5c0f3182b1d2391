"""The technician's pages, below `/tech/`."""

from django.urls import path

from scheduling.views import phone, visit
from scheduling.views.technician import day

app_name = "technician"
urlpatterns = [
    path("", day, name="day"),
    path("visits/<uuid:pk>/", visit.visit, name="visit"),
    path("visits/<uuid:pk>/step/", visit.take_step, name="step"),
    path("visits/<uuid:pk>/task/", visit.tick_task, name="task"),
    path("visits/<uuid:pk>/note/", visit.add_note, name="note"),
    path("visits/<uuid:pk>/sign/", visit.sign, name="sign"),
    path("sharing/", phone.share, name="share"),
    path("position/", phone.position, name="position"),
    path("sw.js", phone.worker, name="worker"),
    path("app.webmanifest", phone.manifest, name="manifest"),
]
