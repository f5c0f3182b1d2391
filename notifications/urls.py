"""Where links in mails lead."""

from django.urls import path

from notifications.views.preferences import unsubscribe

app_name = "notifications"

urlpatterns = [path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe")]
