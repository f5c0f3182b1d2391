from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = _("Scheduling")

    def ready(self):
        from portal.signin.doors import register_door  # noqa: PLC0415  models are ready only here
        from scheduling import messages, receivers, section  # noqa: F401, PLC0415  registers messages, answers, panels
        from scheduling.domain.links import make_link  # noqa: PLC0415  models are ready only here
        from scheduling.domain.technicians import is_technician  # noqa: PLC0415  models are ready only here

        messages.TechnicianOnTheWay.link_to = staticmethod(make_link)
        register_door(is_technician, landing="/tech/", order=20)
