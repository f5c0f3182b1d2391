"""Ways round the rules that no import contract sees (L4, SECURITY 11): found in the syntax tree, each with a control."""

import ast
import re

import pytest
from celery import current_app

from tests.architecture.sources import ROOT, Source, product, templates

MANAGERS = {"objects", "_base_manager", "_default_manager"}
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
MODEL_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
RAW = {"raw", "extra", "RawSQL"}
# Files that speak SQL of their own, each with the reason.
RAW_SQL = {
    "portal/tenancy/scope.py": "sets the tenant of the transaction",
    "portal/tenancy/compiled.py": "runs what the ORM compiled, the tenant's condition in it",
    "portal/tenancy/writing.py": "inserts rows of models, each with the tenant in scope",
    "portal/accounts/queries.py": "walks the tree of accounts",
    "fieldservice/domain/assets.py": "waits for other moves in the trees of assets",
    "portal/catalog/domain/numbers.py": "takes the next number by one statement",
    "fieldservice/queries/trees.py": "walks up and down trees",
    "scheduling/queries/candidates.py": "finds who qualifies and what they do in one statement each",
    "portal/geo/queries.py": "finds the drawn areas around many points in one statement",
    "partners/queries/candidates.py": "keeps what a distribution saw of all partners and finds who is available",
    "scheduling/queries/claims.py": "locks and looks while others wait",
    "integrations/domain/journal.py": "asks which transactions have ended",
    "scheduling/domain/offers.py": "counts a search by one statement that cannot collide",
}
SAFE_MARKUP = {
    "portal/web/templatetags/panels.py": "joins rendered templates",
    "portal/web/templatetags/lines.py": "escapes each text itself",
}
REASON = re.compile(r"# noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*(  | - )\S+")
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}")


def in_pages(source: Source) -> bool:
    """Where no row is looked for but through queries and `visible_to`."""
    return "views" in source.parts or source.parts[-1] in {"api.py", "section.py"}


def in_writeless(source: Source) -> bool:
    return "views" in source.parts or "templatetags" in source.parts or source.parts[-1] in {"forms.py", "filters.py"}


def attributes(tree, names) -> list[ast.Attribute]:
    return [each for each in ast.walk(tree) if isinstance(each, ast.Attribute) and each.attr in names]


def calls(tree, names) -> list[ast.Call]:
    """Calls of a method with one of these names."""
    found = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    return [each for each in found if isinstance(each.func, ast.Attribute) and each.func.attr in names]


def writes(tree) -> list[ast.Call]:
    """Calls that write rows. `update(…)` of a mapping takes a position, that of a queryset never does."""
    harmless = {"context", "params", "headers", "cookies"}
    return [
        call for call in calls(tree, WRITES) if not call.args and getattr(call.func.value, "id", "") not in harmless
    ]


def names_used(tree, names) -> list[ast.Name]:
    return [each for each in ast.walk(tree) if isinstance(each, ast.Name) and each.id in names]


def inline_imports(source: Source) -> list[ast.stmt]:
    """Imports inside functions."""
    functions = [each for each in ast.walk(source.tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [each for one in functions for each in ast.walk(one) if isinstance(each, ast.Import | ast.ImportFrom)]


def test_pages_look_nothing_up_by_themselves():
    found = []
    for source in filter(in_pages, product()):
        if source.name == "portal/web/views/base.py":
            continue
        found += [source.where(each) for each in attributes(source.tree, MANAGERS)]
        found += [source.where(each) for each in names_used(source.tree, SHORTCUTS)]

    assert found == []


def test_pages_and_forms_write_nothing():
    found = [f"{source.where(each)} {each.func.attr}" for source in filter(in_writeless, product()) for each in writes(source.tree)]  # fmt: skip

    assert found == []


def test_nobody_listens_to_saves():
    found = [source.where(each) for source in product() for each in names_used(source.tree, MODEL_SIGNALS)]

    assert found == []


def test_unfiltered_managers_are_nobodys():
    found = [
        source.where(each)
        for source in product()
        if not source.name.startswith("portal/tenancy/")
        for each in attributes(source.tree, MANAGERS - {"objects"})
    ]

    assert found == []


def test_raw_sql_is_where_it_is_listed():
    speaking = set()
    for source in product():
        cursors = calls(source.tree, {"cursor"})
        if cursors or calls(source.tree, RAW) or names_used(source.tree, {"RawSQL"}):
            speaking.add(source.name)

    assert speaking - set(RAW_SQL) == set()
    assert set(RAW_SQL) - speaking == set(), "listed, but speaks no SQL any more"


def test_markup_is_trusted_where_it_is_listed():
    trusting = {source.name for source in product() if names_used(source.tree, {"mark_safe", "SafeString", "SafeData"})}

    assert trusting - set(SAFE_MARKUP) == set()


def test_every_inline_import_says_why():
    found = [
        source.where(each)
        for source in product()
        for each in inline_imports(source)
        if not any(REASON.search(line) for line in source.lines[each.lineno - 1 : each.end_lineno])
    ]

    assert found == []


def test_every_exception_to_a_rule_says_why():
    """`# noqa` names its rule and gives a reason after two spaces; settings begin with those they build on."""
    found = [
        f"{source.name}:{number}"
        for source in product()
        for number, line in enumerate(source.lines, 1)
        if "# noqa" in line and "settings" not in source.parts and not REASON.search(line)
    ]

    assert found == []


def test_every_task_sent_by_name_exists():
    current_app.loader.import_default_modules()
    sent = {}
    for source in product():
        for call in ast.walk(source.tree):
            named = getattr(getattr(call, "func", None), "id", "") == "after_commit"
            if named and isinstance(call.args[0], ast.Constant):
                sent[call.args[0].value] = source.where(call)

    assert {name: where for name, where in sent.items() if name not in current_app.tasks} == {}


def test_every_scheduled_task_exists(settings):
    current_app.loader.import_default_modules()
    scheduled = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled - set(current_app.tasks) == set()


# Templates.

FORBIDDEN_IN_TEMPLATES = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", re.IGNORECASE),
    "inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "htmx that evaluates": re.compile(r"hx-on|hx-vars|=[\"']js:|hx-trigger=[\"'][^\"']*\["),
    "unescaped text": re.compile(r"\|\s*safe\b"),
    "boasting": re.compile(r"successfully", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_no_template_has(what):
    pattern = FORBIDDEN_IN_TEMPLATES[what]
    pages = [path for path in templates() if "email" not in path.parent.name + path.stem and path.suffix == ".html"]

    assert [str(path.relative_to(ROOT)) for path in pages if pattern.search(TAG.sub("", path.read_text()))] == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("inline script", "<script>alert(1)</script>"),
        ("inline style", '<p style="color: red">'),
        ("inline handler", '<a onclick="go()">'),
        ("htmx that evaluates", '<a hx-on:click="go()">'),
        ("htmx that evaluates", "<a hx-vals='js:go()'>"),
        ("unescaped text", "{{ note|safe }}"),
        ("boasting", "Saved successfully"),
    ],
)
def test_a_forbidden_template_is_found(what, text):
    """Control."""
    assert FORBIDDEN_IN_TEMPLATES[what].search(TAG.sub("", text))


def test_back_doors_are_found():
    """Control: planted ones are seen."""
    planted = ast.parse(
        "get_object_or_404(WorkOrder, pk=1)\n"
        "WorkOrder.objects.filter()\n"
        "work_order.save()\n"
        "context.update(a=1)\n"
        "post_save.connect(f)\n"
        "Account.objects.raw('x')\n"
    )

    assert len(names_used(planted, SHORTCUTS)) == 1
    assert len(attributes(planted, MANAGERS)) == 2
    assert [each.func.attr for each in writes(planted)] == ["save"]
    assert len(names_used(planted, MODEL_SIGNALS)) == 1
    assert len(calls(planted, RAW)) == 1
