"""No file, function or template grows beyond what one reads in one go (L8). There is no waiver: split instead."""

import ast

import pytest

from tests.architecture.sources import ROOT, product, python_files, templates

FILE, SMALL_FILE, TEST_FILE, SETTINGS_FILE, URLS_FILE = 400, 300, 600, 250, 80
FUNCTION = 40
TEMPLATE = 150


def budget_of(source) -> int:
    if source.name.startswith("tests/"):
        return TEST_FILE
    if source.parts[-1] == "urls.py" and len(source.parts) == 2 and source.parts[0] != "portal":
        return URLS_FILE
    if "settings" in source.parts:
        return SETTINGS_FILE
    return SMALL_FILE if {"models", "engine"} & set(source.parts) else FILE


def length_of(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    length = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        length -= first.end_lineno - first.lineno + 1
    return length


def long_functions(tree) -> list[tuple[ast.FunctionDef, int]]:
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(each, length_of(each)) for each in functions if length_of(each) > FUNCTION]


def test_python_files_are_short():
    sources = product() + python_files("tests", "benchmarks")

    assert [f"{each.name}: {len(each.lines)}" for each in sources if len(each.lines) > budget_of(each)] == []


def test_functions_are_short():
    found = [
        f"{source.where(function)} {function.name}: {length}"
        for source in product()
        for function, length in long_functions(source.tree)
    ]

    assert found == []


def test_templates_are_short():
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in templates()}

    assert {str(path): length for path, length in lengths.items() if length > TEMPLATE} == {}


@pytest.mark.parametrize(("lines", "is_found"), [(FUNCTION, False), (FUNCTION + 1, True)])
def test_a_long_function_is_found(lines, is_found):
    """Control."""
    body = "\n".join(["def long():", '    """Says why."""', *["    pass"] * (lines - 1)])

    assert bool(long_functions(ast.parse(body))) is is_found
