"""Which messages the company sends, and who does not want them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from notifications.forms import MessageSettingForm
from notifications.models import ContactPreference, MessageSetting
from notifications.registry import title_of
from portal.tenancy.admin import ReadOnlyAdmin, TenantModelAdmin, portal_admin


@admin.register(MessageSetting, site=portal_admin)
class MessageSettingAdmin(TenantModelAdmin):
    """A row switches a message of the company on or off; without one it is on."""

    position = 20
    form = MessageSettingForm
    list_display = ("title", "is_on", "sms_is_on")
    ordering = ("name", "pk")
    fields = ("name", "is_on", "sms_is_on")

    @admin.display(description=gettext_lazy("message"), ordering="name")
    def title(self, setting):
        return title_of(setting.name)


@admin.register(ContactPreference, site=portal_admin)
class ContactPreferenceAdmin(ReadOnlyAdmin):
    """What contacts switched off themselves."""

    position = 30
    list_display = ("contact", "title", "switched_off_at")
    list_select_related = ("contact",)
    search_fields = ("contact__full_name", "contact__email")
    ordering = ("contact__full_name", "pk")

    @admin.display(description=gettext_lazy("message"), ordering="name")
    def title(self, preference):
        return title_of(preference.name)
