"""What kept a record back, in a sentence for people."""

from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from integrations.engine.mapping import Problem
from integrations.engine.values import as_text

SENTENCES = MappingProxyType(
    {
        "duplicate_target": gettext_noop("%(field)s is mapped more than once."),
        "missing": gettext_noop("%(field)s must not be empty."),
        "no_date": gettext_noop("%(field)s: “%(value)s” is no day and no time."),
        "no_key": gettext_noop("No field is the key."),
        "no_number": gettext_noop("%(field)s: “%(value)s” is no number."),
        "no_partner": gettext_noop("%(field)s waits for “%(value)s” (%(table)s), which is not exchanged yet."),
        "no_source": gettext_noop("%(field)s has neither a source nor a constant."),
        "not_in_map": gettext_noop("%(field)s: the value map has no word for “%(value)s”."),
        "not_mapped": gettext_noop("A new record needs %(field)s, which is not mapped."),
        "unknown_source": gettext_noop("%(field)s: there is no field %(source)s."),
        "unknown_target": gettext_noop("The other system has no field %(field)s."),
        "unknown_transform": gettext_noop("%(field)s: there is no step %(kind)s."),
        "wrong_kind": gettext_noop("%(field)s holds another kind of value (%(source)s, %(target)s)."),
        "wrong_options": gettext_noop("%(field)s: the step %(kind)s does not say what it needs."),
    }
)


def sentence(problem: Problem) -> str:
    """The problem in words, in the language that is active."""
    words = {name: as_text(value) for name, value in problem.arguments.items()}
    return _(SENTENCES[problem.code]) % {"field": problem.field, **words}
