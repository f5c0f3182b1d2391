"""Which records have a timeline, and how events are put in words. Filled by each app's `section.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.access.models import ExposedModel
from portal.timeline.policies import can_comment

EventText = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A kind of record with comments and files: `comment_url` names the path of its `comment_view`."""

    model: type[ExposedModel]
    comment_url: str
    policy: Callable


@dataclass(frozen=True, slots=True)
class Event:
    """How an event reads: `text(payload)` in the reader's language."""

    text: EventText
    icon: str


_timelines: dict[str, Timeline] = {}
_events: dict[str, Event] = {}


def register_timeline(model: type[ExposedModel], *, comment_url: str, policy: Callable = can_comment) -> None:
    """Give records of this model a timeline; `policy(viewer, obj)` says who comments in the portal."""
    _timelines[model._meta.label_lower] = Timeline(model, comment_url, policy)


def register_event(code: str, text: EventText, icon: str = "information-circle") -> None:
    """Say how the events of this code read. A code is never reused: its entries stay."""
    _events[code] = Event(text, icon)


def timeline_of(model: type[ExposedModel]) -> Timeline:
    """The timeline of a kind of record; KeyError where none was registered."""
    return _timelines[model._meta.label_lower]


def timeline_named(object_type: str) -> Timeline | None:
    """The timeline of a kind of record by its label."""
    return _timelines.get(object_type)


def is_event(code: str) -> bool:
    return code in _events


def event_of(code: str) -> Event:
    """The event of this code; of one that nobody knows any more a plain word."""
    return _events.get(code) or Event(lambda payload: _("Updated"), "information-circle")
