"""Every path × everybody × every relation × every method, on rows full of canaries (SECURITY 1 to 4, TEN-2, TEN-5).

A path whose view declares nothing, or whose object the world does not hold, fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, product
from zlib import crc32

import pytest
import redis
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from fieldservice.models import WorkOrder
from portal.access import clauses
from portal.accounts.enums import Section
from portal.tenancy.admin import portal_admin
from portal.web.declarations import Rule
from portal.web.routes import Route, routes
from tests import databases
from tests.access.world import MISSING, Principal, Relation, World, build_world
from tests.conftest import make_tenant

pytestmark = pytest.mark.slow
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READ_AND_WRITE = {"GET", "POST"}
# The admin's door asks one question before any view, whatever the method: of those who are not staff these try each path,
# to read and to write; the others try every so-manieth.
TRY_EVERY_DOOR = {"anonymous", "approver", "other tenant", "technician"}
EVERY = 6
# What a path does not answer is refused or hidden whoever asks: these stand for all.
TRY_EVERY_METHOD = {"anonymous", "reviewer", "other tenant", "staff"}
PEOPLE = (
    "anonymous",
    "no role",
    "reviewer",
    "approver",
    "service reviewer",
    "service approver",
    "project reviewer",
    "project approver",
    "service approver, project reviewer",
    "opportunity reviewer",
    "opportunity approver",
    "two companies",
    "partner reviewer",
    "partner approver",
    "other account",
    "other tenant",
    "withdrawn",
    "dismissed",
    "operator",
    "technician",
    "staff",
)
# Each so-manieth path is a test of its own, so that processes side by side share them.
WHOLE, PARTS = (0, 1), [(number, 3) for number in range(3)]
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# What stands in a path for something that is no record of a tenant.
ANYTHING = {
    "key": "none",
    "uidb36": "0",
    "mail_id": "none",
    "number": 1,
    "token": "none",
    "code": "none",
    "app_label": "accounts",
    "url": "none",
    # A step of a mapping.
    "kind": "default",
    # Whose team and whose distributions these are, the tests of those pages say.
    "colleague": MISSING,
    "run": MISSING,
}
# What a partner sees of the projects on which its people work.
OF_PARTNERS = {"projects.project", "projects.teammember"}
# The file in the world is a work order's.
SECTION_OF_FILES = Section.FIELD_SERVICE
OPEN_RULES = {Rule.PUBLIC, Rule.SECRET, Rule.EMBEDDED}
UNKNOWN_NAME = "/admin/none"


@dataclass(frozen=True)
class Case:
    """A path with the relation of its object to the viewer; None where the path has no object."""

    route: Route
    relation: Relation | None
    path: str


def parameters(route: Route) -> list[str]:
    return PARAMETER.findall(route.pattern)


def object_label(route: Route) -> str:
    """The label of the model whose id stands in the path."""
    if route.name.startswith("admin:"):
        parts = route.name.removeprefix("admin:").rsplit("_", 1)[0].split("_", 1)
        return ".".join(parts)
    return route.declaration.object_type.lower()


def cases(world: World, people: Principal) -> Iterator[Case]:
    """Every path, once for each relation where it names a record; relations with one and the same record are one case."""
    for route in routes():
        names = parameters(route)
        seen: set[str] = set()
        is_of_object = "pk" in names or "object_id" in names
        for relation in relations(route, people) if is_of_object else [None]:
            pk = record_of(world, people, relation, object_label(route)) if relation else None
            known = {"pk": pk, "object_id": pk, "file_id": file_of(world, people, relation)}
            values = {name: known.get(name) or ANYTHING.get(name) for name in names}
            assert None not in values.values(), f"{route.pattern}: say in ANYTHING what stands for {names}"
            try:
                path = reverse(route.name, kwargs=values)
            except NoReverseMatch:
                path = UNKNOWN_NAME
            if path not in seen:
                seen.add(path)
                yield Case(route, relation, path)


def record_of(world: World, people: Principal, relation: Relation, label: str):
    """The record in this relation; for a partner, its own people instead of their colleagues."""
    found = world.objects[seen_from(people, relation)]
    own = found.get(f"partner's {label}") if people.works_for else None
    return own or found.get(label, MISSING)


def file_of(world: World, people: Principal, relation: Relation | None):
    """A file of the record, where a path names one beside it."""
    return world.objects[seen_from(people, relation)].get("timeline.attachment", MISSING) if relation else MISSING


def relations(route: Route, people: Principal) -> list[Relation]:
    """All of them; the admin's door, which stands before any record, is tried with their own by those who are not staff."""
    if route.declaration.rule == Rule.STAFF and not people.is_staff:
        return [Relation.OWN_EXPOSED]
    return list(Relation)


def seen_from(people: Principal, relation: Relation) -> Relation:
    """For the contact of the other account, its own and the other account change places."""
    if people.account != "other":
        return relation
    return {Relation.OWN_EXPOSED: Relation.OTHER_ACCOUNT, Relation.OTHER_ACCOUNT: Relation.OWN_EXPOSED}.get(
        relation, relation
    )


def expected(case: Case, method: str, people: Principal) -> set[int] | None:
    """The statuses that are right, from the declaration alone; None where any answer below 500 will do."""
    declared = case.route.declaration
    if declared.rule in OPEN_RULES:
        return None if method in {*declared.methods, "OPTIONS"} else {302, 404, 405}
    if people.user is None:
        return {302}
    if declared.rule == Rule.STAFF:
        return None if people.is_staff else {302, 403, 404, 405}
    if declared.rule == Rule.TECHNICIAN:
        return expected_of_technician(case, method) if people.is_technician else {404}
    if declared.rule in {Rule.ROLE, Rule.VISIBLE, Rule.POLICY}:
        return expected_in_section(case, method, people)
    return None


def expected_of_technician(case: Case, method: str) -> set[int] | None:
    """The matrix's technician has no visit: every visit in it is another one's."""
    if method not in case.route.declaration.methods:
        return {405}
    if case.relation is not None:
        return {404}
    return {200} if method in {"GET", "HEAD"} else None


def expected_in_section(case: Case, method: str, people: Principal) -> set[int] | None:
    """The same for a page of a section: 404 unless a web role opens it and the record is the viewer's own."""
    declared = case.route.declaration
    if not people.has_role or (declared.section is not None and declared.section not in people.sections):
        return {404}
    if method not in declared.methods:
        return {403, 405} if declared.rule == Rule.ROLE else {405}
    if case.relation not in {None, Relation.OWN_EXPOSED} and not is_own_archived(case, people):
        return {404}
    if object_label(case.route) == "timeline.attachment" and SECTION_OF_FILES not in people.sections:
        return {404}
    if case.relation is not None and people.works_for and object_label(case.route) not in OF_PARTNERS:
        return {404}
    return {200} if declared.rule == Rule.VISIBLE and method in {"GET", "HEAD"} else None


def is_own_archived(case: Case, people: Principal) -> bool:
    """What is over stays visible to its account."""
    return case.relation == Relation.OWN_ARCHIVED and "own" in {people.account, people.works_for}


def everything_of(response) -> str:
    """Status line, headers and body as one text; a stream is read to its end."""
    body = response.getvalue() if response.streaming else response.content
    heads = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{response.status_code}\n{heads}\n{body.decode('utf-8', 'replace')}"


def is_tried(case: Case, method: str, people: Principal) -> bool:
    """What a path does not answer, it refuses whatever the object is: an own one stands for all. HEAD is answered."""
    if case.route.declaration.rule == Rule.STAFF and not people.is_staff:
        return method in READ_AND_WRITE and is_at_the_door(case, people)
    if method in READ_AND_WRITE:
        return True
    if case.route.name.startswith("admin:") or (method != "HEAD" and people.name not in TRY_EVERY_METHOD):
        return False
    foreign = {Relation.OTHER_TENANT} if method == "HEAD" else set()
    return case.relation in {None, Relation.OWN_EXPOSED} | foreign


def is_at_the_door(case: Case, people: Principal) -> bool:
    """Dealt out by the path alone, so that each path of the admin meets some of them whatever the order."""
    return (
        people.name in TRY_EVERY_DOOR or (crc32(case.route.pattern.encode()) + PEOPLE.index(people.name)) % EVERY == 0
    )


@pytest.fixture(scope="module")
def companies(django_db_setup, django_db_blocker):
    """Both companies with the world in them, built once: what a person does is undone after each test."""
    with databases.undone(django_db_blocker):
        tenant, other_tenant = make_tenant("acme"), make_tenant("globex")
        yield tenant, build_world(tenant, other_tenant)


@pytest.fixture
def tenant(db, companies):
    return companies[0]


@pytest.fixture
def world(tenant, companies) -> World:
    """Nothing of what another person did is in the cache."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    return companies[1]


def checked(world, people, browser_for, methods=METHODS, part=WHOLE) -> Iterator[list[str]]:
    """What was wrong, check by check; of every path, or of each so-manieth."""
    browser = browser_for(people)
    number, count = part
    for case, method in product(islice(cases(world, people), number, None, count), methods):
        if not is_tried(case, method, people):
            continue
        response = browser.generic(method, case.path)
        text = everything_of(response)
        right = expected(case, method, people)
        where = f"{people.name}: {method} {case.route.pattern} ({case.relation or 'no object'})"
        wrong = [f"{where}: shows {what}" for what in world.foreign_in(text, people)]
        if response.status_code >= 500 or (right is not None and response.status_code not in right):
            wrong.append(f"{where}: status {response.status_code}, right is {right or 'below 500'}")
        yield wrong
        # Signed out, or looking as a contact: by what was tried.
        session = browser.session if people.user else None
        if session is not None and ("_auth_user_id" not in session or "preview" in session):
            browser = browser_for(people)


def first_shown(world, browser_for) -> str:
    """What the reviewer is the first to read that is not theirs; empty where there is nothing."""
    found = chain.from_iterable(checked(world, world.principals["reviewer"], browser_for, methods=("GET",)))
    return next((each for each in found if "shows" in each), "")


@pytest.fixture(autouse=True)
def one_list_of_sections(monkeypatch):
    """The list of sections takes most of the time of a page of the admin: it is made once, and stands on the first page."""
    monkeypatch.setattr(portal_admin, "enable_nav_sidebar", False)
    made: dict = {}
    make = portal_admin.get_app_list

    def kept(request, app_label=None):
        key = (request.user.pk, request.tenant and request.tenant.pk, app_label)
        if key not in made:
            made[key] = make(request, app_label)
        return made[key]

    monkeypatch.setattr(portal_admin, "get_app_list", kept)


@pytest.fixture
def browser_for(client_for, tenant):
    def make(people: Principal):
        browser = client_for(people.user, tenant)
        browser.raise_request_exception = False
        return browser

    return make


@pytest.mark.parametrize("part", PARTS, ids="{0[0]} of {0[1]}".format)
@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_gets_exactly_what_is_theirs(world, browser_for, name, part):
    found = list(checked(world, world.principals[name], browser_for, part=part))

    assert list(chain.from_iterable(found)) == []
    assert len(found) > 100


def test_people_of_the_matrix_are_all_there(world):
    assert set(world.principals) == set(PEOPLE)


def test_every_path_declares_its_rule():
    assert [route.pattern for route in routes() if route.declaration is None] == []


def test_every_object_of_a_path_is_in_the_world(world):
    known = world.objects[Relation.OWN_EXPOSED]
    portal = [route for route in routes() if "pk" in parameters(route)]

    assert [route.pattern for route in portal if object_label(route) not in known] == []


def test_every_role_sees_its_own(world, browser_for):
    """The matrix is not empty: what is the reviewer's is really on the page."""
    browser = browser_for(world.principals["reviewer"])
    work_order = world.objects[Relation.OWN_EXPOSED]["fieldservice.workorder"]

    text = everything_of(browser.get(reverse("fieldservice:work_order_detail", args=[work_order])))

    shown = {canary.what for token, canary in world.canaries.items() if token in text}
    assert {f"work order: {name}, exposed of own" for name in ("number", "summary", "resolution")} <= shown


@pytest.mark.parametrize("clause", ["exposed", "account_in_reach"])
def test_the_matrix_finds_a_dropped_clause(world, browser_for, monkeypatch, clause):
    """Control: with one clause switched off the matrix turns red."""
    kept = tuple(each for each in clauses.CLAUSES if each.condition.__name__ != clause)
    assert len(kept) == len(clauses.CLAUSES) - 1
    monkeypatch.setattr(clauses, "CLAUSES", kept)

    assert first_shown(world, browser_for)


def test_the_matrix_finds_a_leaked_note(world, browser_for, monkeypatch):
    """Control: an internal note on a page is found even on a record that the viewer may see."""
    monkeypatch.setattr(WorkOrder, "__str__", lambda self: self.internal_notes)
    monkeypatch.setattr(WorkOrder, "get_priority_display", lambda self: self.internal_notes)

    assert "internal_notes" in first_shown(world, browser_for)
