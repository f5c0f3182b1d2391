"""What `make run` tells: addresses and logins that are there, and no others (OPS-1)."""

import pytest
from django.db import transaction

from portal.embedded import banner
from tests.factories.accounts import make_user
from tests.kit.stack import database_url


@pytest.mark.django_db(transaction=True)
def test_only_logins_that_are_there_are_named(tmp_path):
    with transaction.atomic():
        make_user(email="approver@waha.example")
        make_user(email="somebody@else.example")

    known = banner.known_logins(database_url())
    text = banner.welcome(known, port=8123, smtp_port=1025, logs=tmp_path)

    assert known == {"approver@waha.example"}
    assert "http://waha.localhost:8123/" in text
    assert banner.PASSWORD in text
    for absent in ("harbor", "meridian", "admin@waha.example", "platform@callout.example", "createsuperuser"):
        assert absent not in text


def test_all_of_the_demo_is_named(tmp_path):
    text = banner.welcome(banner.EVERY_LOGIN, port=8000, smtp_port=1025, logs=tmp_path)
    assert all(f"      {login} " in text for login in banner.EVERY_LOGIN)
    assert "http://localhost:8000/mailbox/" in text


def test_without_the_demo_the_first_login_is_explained(tmp_path):
    text = banner.welcome(set(), port=8000, smtp_port=1025, logs=tmp_path)
    assert banner.PASSWORD not in text
    assert "manage.py createsuperuser" in text
