"""Messages that exist in these tests only, and a channel that does what a test tells it."""

import pytest
from django.template import Origin, Template, engines

from notifications import registry
from tests.notifications.channels import FakeChannel


class Knock(registry.Message):
    """The plainest message."""

    name = "knock"
    title = "Knock"
    app = "tests"

    def context(self, row):
        return {"words": row.payload.get("words", "")}


class Advert(Knock):
    """One that nobody needs."""

    name = "advert"
    title = "Advert"
    is_transactional = False


class Secret(Knock):
    """One whose row must forget."""

    name = "secret"
    title = "Secret"
    is_optional = False
    keeps_payload = False


@pytest.fixture
def channel():
    return FakeChannel()


@pytest.fixture(autouse=True)
def known_messages(monkeypatch):
    """Register the test messages and bring their templates."""
    monkeypatch.setattr(
        registry, "_messages", {**registry._messages, **{each.name: each() for each in (Knock, Advert, Secret)}}
    )
    texts = {
        f"tests/emails/{name}.{ending}": text
        for name in ("knock", "advert", "secret")
        for ending, text in {
            "subject.txt": "Knock {{ words }}",
            "txt": '{% extends "notifications/mail.txt" %}{% block content %}Knock {{ words }}{% endblock %}',
            "html": '{% extends "notifications/mail.html" %}{% block content %}<p>Knock {{ words }}</p>{% endblock %}',
        }.items()
    }
    engine = engines["django"].engine
    [partials] = engine.template_loaders
    [kept] = partials.loaders
    for name, text in texts.items():
        # As if read before: the templates of the portal stay read for the tests that follow.
        template = Template(text, Origin(name, name, kept), name, engine)
        monkeypatch.setitem(kept.get_template_cache, name, template)
