"""The line of apps holds (L1, L4): import-linter's contracts, and one broken on purpose."""

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, python_files

REGISTRY_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".com", "docker" + ".io")


def lint(*arguments):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_contracts_are_kept():
    result = lint("--no-cache")

    assert result.returncode == 0, result.stdout + result.stderr


def test_a_broken_contract_is_found(tmp_path):
    """Control: with the line turned round the contract breaks."""
    config = tmp_path / "turned.toml"
    config.write_text(
        "[tool.importlinter]\n"
        'root_packages = ["portal", "fieldservice"]\n'
        "[[tool.importlinter.contracts]]\n"
        'name = "turned round"\n'
        'type = "layers"\n'
        'layers = ["portal.kit", "fieldservice"]\n'
    )

    assert lint("--no-cache", "--config", str(config)).returncode != 0


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_registry_is_named(host):
    texts = [*python_files("portal", "notifications", "fieldservice", "scheduling", "tests", "benchmarks")]
    others = [path for path in ROOT.glob("*") if path.is_file() and path.suffix in {"", ".toml", ".yml", ".md"}]
    others += list((ROOT / "requirements").glob("*.txt"))

    assert [each.name for each in texts if host in each.text] == []
    assert [path.name for path in others if host in path.read_text(errors="ignore")] == []
