"""The base views: one rule of visibility, verdicts with reasons, nothing undeclared (L6, SECURITY 4)."""

import json
import uuid
from types import SimpleNamespace

import pytest
from django import forms
from django.core.management import call_command
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from fieldservice.queries import work_orders as queries
from portal.access.viewer import viewer_for
from portal.accounts.enums import Section
from portal.kit.errors import Conflict, DomainError, NotAllowed
from portal.kit.verdicts import ALLOWED, denied
from portal.web import checks, registry
from portal.web.declarations import Declaration, Rule, declaration_of, declare
from portal.web.routes import Route
from portal.web.views import errors
from portal.web.views.base import ActionView, Refused, SectionDetailView, SectionListView, SectionView
from tests.factories.accounts import make_approver, make_contact, make_reviewer
from tests.factories.fieldservice import make_work_order


class NoteForm(forms.Form):
    note = forms.CharField(max_length=20)


class Rename(ActionView):
    """A verb that does what the test tells it to."""

    section = Section.FIELD_SERVICE
    object_type = "fieldservice.WorkOrder"
    query = staticmethod(queries.work_order_detail)
    form_class = NoteForm
    outcome = None
    verdict = ALLOWED
    policy = staticmethod(lambda viewer, obj: Rename.verdict)

    def perform(self, obj, data):
        if Rename.outcome is not None:
            raise Rename.outcome
        obj.summary = data["note"]
        return obj

    def get_success_url(self, obj):
        return f"/renamed/{obj.summary}/"


@pytest.fixture
def act(in_tenant, monkeypatch, rf):
    """`act(method, work_order, contact, data)`: the verb by a contact, the outcome as set on the class."""
    monkeypatch.setattr(Rename, "outcome", None)
    monkeypatch.setattr(Rename, "verdict", ALLOWED)

    def run(method, work_order, contact, data=None):
        request = getattr(rf, method)("/", data or {})
        request.viewer = viewer_for(contact) if contact else None
        request.user = contact.user if contact else None
        request.tenant, request.htmx, request.is_tenant_staff = in_tenant, None, False
        return Rename.as_view()(request, pk=work_order.pk)

    return run


@pytest.fixture
def approver(in_tenant):
    return make_approver()


@pytest.fixture
def work_order(approver):
    return make_work_order(account=approver.account)


# ActionView.


def test_verb_is_done_and_leads_on(act, work_order, approver):
    response = act("post", work_order, approver, {"note": "fixed"})

    assert (response.status_code, response["Location"]) == (302, "/renamed/fixed/")


def test_unseen_is_missing_before_anything_else_is_asked(act, work_order, monkeypatch):
    monkeypatch.setattr(Rename, "verdict", denied("No."))

    for contact in (None, make_contact(account=work_order.account), make_approver()):
        with pytest.raises(Http404):
            act("post", work_order, contact, {"note": "fixed"})


@pytest.mark.parametrize("method", ["get", "post"])
def test_forced_verb_is_refused_with_the_reason(act, work_order, approver, monkeypatch, method):
    monkeypatch.setattr(Rename, "verdict", denied("The visit is in progress."))

    with pytest.raises(Refused) as refused:
        act(method, work_order, approver)

    assert refused.value.message == "The visit is in progress."


def test_bad_input_shows_the_form_again(act, work_order, approver):
    response = act("post", work_order, approver, {"note": "x" * 21})

    assert response.status_code == 422
    assert "x" * 21 in response.text
    assert "at most 20 characters" in response.text


@pytest.mark.parametrize("error", [DomainError("It is too late.", field="note"), Conflict("Somebody was faster.")])
def test_rule_of_business_becomes_an_error_of_the_form(act, work_order, approver, monkeypatch, error):
    monkeypatch.setattr(Rename, "outcome", error)

    response = act("post", work_order, approver, {"note": "fixed"})

    assert response.status_code == (409 if isinstance(error, Conflict) else 422)
    assert error.message in response.text
    assert "fixed" in response.text, "nothing typed is lost"


def test_rule_of_business_without_a_form_is_told_too(act, work_order, approver, monkeypatch):
    monkeypatch.setattr(Rename, "form_class", None)
    monkeypatch.setattr(Rename, "outcome", Conflict("Somebody was faster."))

    response = act("post", work_order, approver)

    assert response.status_code == 409
    assert "Somebody was faster." in response.text


def test_domain_may_refuse_at_the_last_moment(act, work_order, approver, monkeypatch):
    monkeypatch.setattr(Rename, "outcome", NotAllowed("Your role was withdrawn."))

    with pytest.raises(Refused, match="withdrawn"):
        act("post", work_order, approver, {"note": "fixed"})


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_only_declared_methods_answer(act, work_order, approver, method):
    assert act(method, work_order, approver).status_code == 405


# Declarations.


@pytest.mark.parametrize("name", ["get_queryset", "get_object"])
@pytest.mark.parametrize("base", [SectionListView, SectionDetailView, ActionView])
def test_rule_of_visibility_cannot_be_replaced(base, name):
    with pytest.raises(TypeError, match="supply `query`"):
        type("Sneaky", (base,), {name: lambda self: None, "__module__": "fieldservice.views.sneaky"})


def test_view_without_declaration_declares_nothing():
    class Forgetful(SectionView):
        section = None

        def get(self, request):
            return HttpResponse()

    assert Forgetful.declared() is None
    assert declaration_of(Forgetful.as_view(), "forgetful", "") is None


def test_undeclared_path_stops_the_start(monkeypatch):
    monkeypatch.setattr(checks, "routes", lambda: [Route("/x/", "x", "somewhere.x", None)])

    (error,) = checks.every_view_is_declared(None)

    assert error.id == "web.E001"
    assert "/x/" in error.msg


def test_function_view_is_declared_by_decorator():
    @declare(Rule.PUBLIC, methods=("POST",))
    def view(request):
        return HttpResponse()

    assert declaration_of(view, "view", "") == Declaration(Rule.PUBLIC, methods=("POST",))


def test_routes_are_printed_as_json(capsys):
    call_command("routes", "--json")
    found = {each["name"]: each for each in json.loads(capsys.readouterr().out)}

    assert found["fieldservice:work_order_detail"] == {
        "pattern": "/field-service/work-orders/<uuid:pk>/",
        "name": "fieldservice:work_order_detail",
        "methods": ["GET", "HEAD"],
        "section": "field_service",
        "object_type": "fieldservice.WorkOrder",
        "rule": "visible to the contact",
        "view": "fieldservice.views.work_orders.WorkOrderDetail",
    }
    assert all(each["rule"] for each in found.values())


def test_routes_are_printed_for_people(capsys):
    call_command("routes")

    assert "/field-service/work-orders/" in capsys.readouterr().out


# Navigation and panels.


@pytest.fixture
def menu(monkeypatch):
    monkeypatch.setattr(registry, "_navigation", [])
    registry.register_navigation(Section.FIELD_SERVICE, "Work orders", "fieldservice:work_order_list", "bolt", 20)
    registry.register_navigation(None, "Home", "home", "home", 10, short="Start")


def request_of(contact, at="/"):
    request = RequestFactory().get(at)
    request.viewer = viewer_for(contact) if contact else None
    return request


def test_menu_holds_what_the_web_roles_open(in_tenant, menu):
    assert [each.label for each in registry.navigation(request_of(make_reviewer()))] == ["Home", "Work orders"]
    assert [each.label for each in registry.navigation(request_of(make_contact()))] == ["Home"]
    assert [each.short for each in registry.navigation(request_of(make_reviewer()))] == ["Start", "Work orders"]
    assert registry.navigation(request_of(None)) == []


@pytest.mark.parametrize(
    ("at", "current"),
    [("/", "Home"), ("/field-service/work-orders/", "Work orders"), ("/field-service/work-orders/x/", "Work orders"), ("/x/", None)],
)  # fmt: skip
def test_menu_marks_where_one_is(in_tenant, menu, at, current):
    items = registry.navigation(request_of(make_reviewer(), at))

    assert next((each.label for each in items if each.is_current), None) == current


def test_registering_twice_shows_once(monkeypatch):
    monkeypatch.setattr(registry, "_tiles", [])

    def context(request):
        return {}

    registry.register_tile("a.html", context, 2)
    registry.register_tile("b.html", context, 1)
    registry.register_tile("a.html", context, 2)

    assert [each.template for each in registry.tiles()] == ["b.html", "a.html"]


def test_search_asks_what_the_web_roles_open(in_tenant):
    reviewer = make_reviewer()
    work_order = make_work_order(account=reviewer.account, summary="Burner")
    make_work_order(summary="Burner")
    viewer = viewer_for(reviewer)
    source = next(each for each in registry.searches(viewer) if each.url_name == "fieldservice:work_order_detail")

    assert list(source.find(viewer, "burn")) == [work_order]
    assert registry.searches(viewer_for(make_contact())) == []
    assert registry.searches(None) == []
    assert reverse(source.url_name, args=[work_order.pk])


# Error pages.


@pytest.fixture
def visitor(rf):
    request = rf.get("/")
    request.user = SimpleNamespace(is_authenticated=False)
    request.htmx = None
    return request


@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.permission_denied, 403), (errors.not_found, 404), (errors.too_many, 429)],
)
def test_error_page_says_what_to_do(visitor, view, status):
    response = view(visitor, Exception("SELECT secret FROM internals"))

    assert response.status_code == status
    assert "secret" not in response.text
    assert "<h1" in response.text


@pytest.mark.parametrize("path", ["/nowhere/", f"/field-service/work-orders/{uuid.UUID(int=1)}/"])
def test_a_signed_in_person_keeps_the_menu_where_nothing_is(in_tenant, client_for, path):
    contact = make_reviewer()
    browser = client_for(contact.user, in_tenant)

    response = browser.get(path)

    assert response.status_code == 404
    assert 'href="/field-service/work-orders/"' in response.text
    assert contact.full_name in response.text


def test_a_stranger_sees_no_menu_where_nothing_is(in_tenant, client_for):
    response = client_for(None, in_tenant).get("/nowhere/")

    assert response.status_code == 404
    assert "navlink" not in response.text


def test_an_error_page_does_without_the_menu_when_the_person_can_no_longer_be_read(rf, in_tenant):
    class Unreadable:
        def __bool__(self):
            raise DatabaseError("The transaction is over.")

    request = rf.get("/")
    request.viewer = Unreadable()

    response = errors.not_found(request)

    assert response.status_code == 404
    assert "navlink" not in response.text


def test_refusal_is_read_by_the_person(visitor):
    assert "The visit is in progress." in errors.permission_denied(visitor, Refused("The visit is in progress.")).text


def test_too_many_says_when_to_come_back(visitor):
    assert errors.too_many(visitor)["Retry-After"] == "60"


def test_server_error_page_needs_nothing(rf):
    response = errors.server_error(rf.get("/"))

    assert response.status_code == 500
    assert "<h1" in response.text


def test_form_without_proof_is_refused(tenant, client_for):
    browser = client_for(None, tenant, enforce_csrf_checks=True)

    response = browser.post("/accounts/login/", {"login": "a@example.com", "password": "x"})

    assert response.status_code == 403
    assert "came from elsewhere" in response.text
