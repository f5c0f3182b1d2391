"""What contacts want to hear, and where links in mails lead."""

from django.urls import path

from notifications.views.preferences import PreferencesView, unsubscribe

app_name = "notifications"

urlpatterns = [
    path("", PreferencesView.as_view(), name="preferences"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]
