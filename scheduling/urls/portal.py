"""Booking and appointments, below `/appointments/`."""

from django.urls import path

from portal.tenancy.scope import own_transactions
from scheduling.views.appointments import AppointmentView, CalendarFileView
from scheduling.views.booking import BookView, HoldView, RequestView
from scheduling.views.changing import CancelView, ChangeView
from scheduling.views.earlier import EarlierView
from scheduling.views.feedback import FeedbackView
from scheduling.views.late import LateView
from scheduling.views.live_map import LiveEventsView, LiveMapView, LiveStateView

app_name = "scheduling"
urlpatterns = [
    path("book/", own_transactions(BookView.as_view()), name="book"),
    path("book/hold/", own_transactions(HoldView.as_view()), name="hold"),
    path("book/request/", own_transactions(RequestView.as_view()), name="request"),
    path("<uuid:pk>/", AppointmentView.as_view(), name="detail"),
    path("<uuid:pk>/change/", own_transactions(ChangeView.as_view()), name="change"),
    path("<uuid:pk>/cancel/", CancelView.as_view(), name="cancel"),
    path("<uuid:pk>/earlier/", own_transactions(EarlierView.as_view()), name="earlier"),
    path("<uuid:pk>/late/", own_transactions(LateView.as_view()), name="late"),
    path("<uuid:pk>/feedback/", FeedbackView.as_view(), name="feedback"),
    path("<uuid:pk>/map/", LiveMapView.as_view(), name="map"),
    path("<uuid:pk>/map/state/", LiveStateView.as_view(), name="map_state"),
    path("<uuid:pk>/map/events/", LiveEventsView.as_view(), name="map_events"),
    path("<uuid:pk>/calendar.ics", CalendarFileView.as_view(), name="calendar"),
]
