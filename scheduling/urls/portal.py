"""Booking and appointments, below `/appointments/`."""

from django.urls import path

from portal.tenancy.scope import own_transactions
from scheduling.views.appointments import AppointmentView, CalendarFileView
from scheduling.views.booking import BookView, HoldView, RequestView
from scheduling.views.changing import CancelView, ChangeView

app_name = "scheduling"
urlpatterns = [
    path("book/", own_transactions(BookView.as_view()), name="book"),
    path("book/hold/", own_transactions(HoldView.as_view()), name="hold"),
    path("book/request/", own_transactions(RequestView.as_view()), name="request"),
    path("<uuid:pk>/", AppointmentView.as_view(), name="detail"),
    path("<uuid:pk>/change/", own_transactions(ChangeView.as_view()), name="change"),
    path("<uuid:pk>/cancel/", CancelView.as_view(), name="cancel"),
    path("<uuid:pk>/calendar.ics", CalendarFileView.as_view(), name="calendar"),
]
