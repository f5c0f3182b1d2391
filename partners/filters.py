"""Filters of the section's lists; kept in the URL (FS-7)."""

import django_filters
from django.utils.translation import gettext_lazy as _

from partners.enums import Alert, Phase, Source
from partners.queries.people import is_mine


def managed_filter(viewer) -> type[django_filters.FilterSet]:
    """By whose it is, phase, source and alert."""

    class ManagedFilter(django_filters.FilterSet):
        whose = django_filters.ChoiceFilter(
            label=_("Whose"), choices=(("mine", _("Mine")),), empty_label=_("All"), method="of_mine"
        )
        phase = django_filters.ChoiceFilter(label=_("Phase"), choices=Phase.choices, empty_label=_("Any"))
        source = django_filters.ChoiceFilter(label=_("Source"), choices=Source.choices, empty_label=_("Any"))
        alert = django_filters.ChoiceFilter(
            label=_("Alert"),
            choices=[(each.value, each.label) for each in (Alert.OVERDUE, Alert.STALLED)],
            empty_label=_("Any"),
        )

        def of_mine(self, opportunities, _name, _value):
            return opportunities.filter(is_mine(viewer))

    return ManagedFilter
