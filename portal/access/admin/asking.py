"""A change of what people see is said in words, and done when staff confirm it (TEN-6)."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.access.difference import Change, People, RightChange, by_people, by_rights, standing

CONFIRMED = "confirmed"
# By right, and whether it is got or lost: the sentence's beginning is how many people.
RIGHT_SENTENCES = {
    ("read", True): gettext_lazy("Section %(section)s opens for %(people)s."),
    ("read", False): gettext_lazy("Section %(section)s closes for %(people)s."),
    ("decide", True): gettext_lazy("Deciding in %(section)s is allowed to %(people)s."),
    ("decide", False): gettext_lazy("Deciding in %(section)s is taken from %(people)s."),
    ("money", True): gettext_lazy("Prices in %(section)s appear for %(people)s."),
    ("money", False): gettext_lazy("Prices in %(section)s disappear for %(people)s."),
}


class Unconfirmed(Exception):
    """Raised inside the transaction of a save, which it undoes: first the person confirms these sentences."""

    def __init__(self, sentences: list[str]):
        super().__init__(sentences)
        self.sentences = sentences


def sentence_of(change: Change) -> str:
    """“17 invoices appear for 4 people.”"""
    names = change.model._meta.verbose_name if change.records == 1 else change.model._meta.verbose_name_plural
    words = {"count": number_format(change.records, force_grouping=True), "kind": names}
    records = (_("more than %(count)s %(kind)s") if change.is_cut else "%(count)s %(kind)s") % words
    if change.appears:
        text = ngettext("%(records)s appears for %(people)s.", "%(records)s appear for %(people)s.", change.records)
    else:
        text = ngettext(
            "%(records)s disappears for %(people)s.", "%(records)s disappear for %(people)s.", change.records
        )
    return capfirst(text % {"records": records, "people": people_of(change)})


def people_of(change: Change | RightChange) -> str:
    if change.is_cut:
        text = ngettext("at least %(count)s person", "at least %(count)s people", change.people)
    else:
        text = ngettext("%(count)s person", "%(count)s people", change.people)
    return text % {"count": number_format(change.people, force_grouping=True)}


def right_sentence(change: RightChange) -> str:
    words = {"section": change.section.label, "people": people_of(change)}
    return str(RIGHT_SENTENCES[change.right, change.gains]) % words


def difference_in_words(before: People, after: People) -> list[str]:
    """Everything that changes for these people; empty when nothing does."""
    return [
        *map(sentence_of, by_people(before, after)),
        *map(right_sentence, by_rights(before, after)),
    ]


def seal(sentences: Iterable[str]) -> str:
    """What a confirmation carries: whoever confirms something else in the meantime is asked again."""
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:32]


def ask(admin, request, sentences: list[str], *, title: str, button: str, back: str, without: tuple[str, ...] = ()):
    """The page that says what would change; its form sends the same again, with the seal."""
    left_out = {"csrfmiddlewaretoken", CONFIRMED, *without}
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "opts": admin.opts,
        "sentences": sentences,
        "fields": [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values],
        "seal": seal(sentences),
        "button": button,
        "back": back,
    }
    return TemplateResponse(request, "admin/access/asking.html", context)


def is_confirmed(request, sentences: list[str]) -> bool:
    return request.POST.get(CONFIRMED) == seal(sentences)


class AsksFirst:
    """Saves only when the difference for the people concerned is nothing, or was confirmed.

    The save is tried in the form's own transaction, what people see is compared before and after it, and the save is
    undone unless they agree: so the words cannot differ from what is done.
    """

    concerned: Callable[[Any], list[UUID]]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        except Unconfirmed as unconfirmed:
            return ask(
                self,
                request,
                unconfirmed.sentences,
                title=_("What changes for people"),
                button=_("Save"),
                back=request.get_full_path(),
            )

    def save_model(self, request, obj, form, change):
        request.standing = standing(self.concerned(obj)) if change else {}
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        sentences = difference_in_words(request.standing, standing(self.concerned(form.instance)))
        if sentences and not is_confirmed(request, sentences):
            raise Unconfirmed(sentences)
