"""The project's own files, read once, for the tests of its structure."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "notifications", "fieldservice", "scheduling", "projects", "partners", "integrations")


@dataclass(frozen=True)
class Source:
    """A Python file of ours."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        return self.path.relative_to(ROOT).parts

    def where(self, node: ast.AST) -> str:
        return f"{self.name}:{node.lineno}"


def python_files(*folders: str) -> list[Source]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    return [Source(path) for path in sorted(found)]


def product() -> list[Source]:
    """Our code without migrations."""
    return [each for each in python_files(*APPS) if "migrations" not in each.parts]


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
