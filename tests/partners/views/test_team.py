"""The partner's own team: nobody gives more than they have, and somebody always manages it (PRT-7)."""

import pytest

from notifications.models import OutboxMessage
from portal.accounts.domain.web_roles import withdraw_web_role
from portal.accounts.enums import Level, Section
from portal.accounts.models import Contact, ContactRole, WebRole
from tests.factories.accounts import make_contact, make_staff, make_web_role
from tests.factories.partners import make_member

TEAM, ADD = "/partners/opportunities/team/", "/partners/opportunities/team/add/"


def role_of(key: str) -> WebRole:
    return WebRole.objects.get(key=key)


def roles_path(contact) -> str:
    return f"{TEAM}{contact.pk}/roles/"


@pytest.fixture
def head(programme):
    """The partner's administrator."""
    return make_member(programme, "partner-administrator", full_name="Ada Admin", language="en")


@pytest.fixture
def heads(head, tenant, client_for):
    return client_for(head.user, tenant)


def held(contact) -> set[str]:
    return set(ContactRole.objects.filter(contact=contact).values_list("role__key", flat=True))


def test_a_colleague_is_added_invited_and_given_a_role(heads, head):
    words = {"full_name": "Nina New", "email": "Nina@New.example", "phone": ""}
    assert heads.post(ADD, words | {"full_name": "\u200b"}).context["form"].errors["full_name"]
    page = heads.post(ADD, words, follow=True)
    assert "Nina New" in page.text
    heads.post(ADD, words)
    nina = Contact.objects.get(email="nina@new.example")
    assert nina.account == head.account
    heads.post(roles_path(nina), {"roles": [role_of("partner-seller").pk]})
    assert held(nina) == {"partner-seller"}
    answer = heads.post(f"{TEAM}{nina.pk}/invite/", follow=True)
    assert "The invitation was sent" in answer.text
    heads.post(f"{TEAM}{nina.pk}/invite/")
    assert "a moment ago" in heads.get(TEAM).text
    assert OutboxMessage.objects.filter(address="nina@new.example").count() == 1
    nina.refresh_from_db()
    assert nina.user.email == "nina@new.example"
    assert OutboxMessage.objects.filter(address="nina@new.example", name="password_reset").exists()
    heads.post(roles_path(nina), {"roles": []})
    assert held(nina) == set()


def test_whose_e_mail_it_is_nobody_is_told(heads, rival, programme):
    for email in (rival.user.email, make_staff().email):
        taken = make_contact(account=programme.account, user=None, email=email)
        answer = heads.post(f"{TEAM}{taken.pk}/invite/", follow=True)
        assert "This e-mail cannot be invited" in answer.text
        taken.refresh_from_db()
        assert taken.user is None


def test_only_web_roles_for_opportunities_are_given(heads, seller):
    mixed = make_web_role((Section.OPPORTUNITIES, Level.READ), (Section.PROJECTS, Level.READ), name="Mixed role")
    page = heads.get(roles_path(seller)).text
    assert "Partner Manager" in page
    for other in (mixed, role_of("fs-customer-approver")):
        assert other.name not in page
        assert heads.post(roles_path(seller), {"roles": [other.pk]}).status_code == 422
    assert held(seller) == {"partner-seller"}


def test_roles_of_other_sections_stay(heads, seller):
    ContactRole.objects.create(contact=seller, role=role_of("fs-customer-reviewer"))
    heads.post(roles_path(seller), {"roles": [role_of("partner-manager").pk]})
    assert held(seller) == {"fs-customer-reviewer", "partner-manager"}


def test_nobody_gives_more_than_they_have(programme, seller, tenant, client_for):
    small = make_web_role((Section.OPPORTUNITIES, Level.READ), manages_team=True)
    head = make_contact(account=programme.account, language="en")
    ContactRole.objects.create(contact=head, role=small)
    browser = client_for(head.user, tenant)
    answer = browser.post(roles_path(seller), {"roles": [role_of("partner-manager").pk]})
    assert "only what your own web roles include" in answer.text
    assert held(seller) == {"partner-seller"}


def test_the_last_administrator_stays(heads, head, manager):
    answer = heads.post(roles_path(head), {"roles": [role_of("partner-manager").pk]})
    assert answer.status_code == 422
    assert "Somebody must manage the team" in answer.text
    assert held(head) == {"partner-administrator"}
    both = [role_of("partner-administrator").pk, role_of("partner-manager").pk]
    heads.post(roles_path(manager), {"roles": both})
    assert heads.post(roles_path(head), {"roles": []}).status_code == 302
    assert held(head) == set()
    assert heads.get(TEAM).status_code == 404


def test_others_manage_no_team(browser, manager, seller, head):
    for path in (TEAM, ADD, roles_path(seller)):
        assert browser.get(path).status_code == 403
    assert browser.post(roles_path(manager), {"roles": [role_of("partner-administrator").pk]}).status_code == 403
    assert held(manager) == {"partner-manager"}


def test_people_of_other_accounts_do_not_exist(heads, rival):
    assert heads.get(roles_path(rival)).status_code == 404
    assert heads.post(f"{TEAM}{rival.pk}/invite/").status_code == 404
    assert rival.full_name not in heads.get(TEAM).text


def test_a_right_that_was_taken_is_gone_at_once(heads, head):
    withdraw_web_role(head, role_of("partner-administrator"))
    ContactRole.objects.create(contact=head, role=role_of("partner-seller"))
    assert heads.post(ADD, {"full_name": "X", "email": "x@x.example"}).status_code == 403
    assert not Contact.objects.filter(email="x@x.example").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow(heads, programme, django_assert_max_num_queries, count):
    for _each in range(count):
        make_member(programme)
    heads.get(TEAM)
    with django_assert_max_num_queries(10):
        heads.get(TEAM)
