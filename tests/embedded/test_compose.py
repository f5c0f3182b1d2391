"""The compose file says what OPS-2 asks for, and keeps the owner's password to the migration."""

import shutil
import subprocess

import pytest
import yaml

from portal.embedded.folders import CHECKOUT
from portal.embedded.programs import WEB_OPTIONS

SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "CALLOUT_OWNER_PASSWORD", "CALLOUT_APP_PASSWORD", "REDIS_PASSWORD")


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]


def test_every_part_is_there(services):
    assert set(services) == {"web", "worker", "beat", "sweep", "db", "redis", "proxy", "mail", "migrate"}


def test_only_the_migration_knows_the_owner(services):
    knowing = {name for name, service in services.items() if "callout_owner:" in str(service.get("environment"))}

    assert knowing == {"migrate"}


@pytest.mark.parametrize("name", ["web", "worker", "beat", "sweep"])
def test_the_application_waits_for_the_schema_and_scales(services, name):
    service = services[name]

    assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert "container_name" not in service
    assert "ports" not in service
    assert service["read_only"]


def test_one_proxy_is_trusted_and_only_the_application_reads_its_headers(services):
    """uvicorn believes any caller from loopback, which is where the client of `make run` is (SECURITY 24)."""
    assert services["web"]["environment"]["TRUSTED_PROXIES"] == "${TRUSTED_PROXIES:-1}"
    assert "--no-proxy-headers" in (CHECKOUT / "Dockerfile").read_text()
    assert "--no-proxy-headers" in WEB_OPTIONS


def test_no_secret_has_a_default(services):
    text = (CHECKOUT / "docker-compose.yml").read_text()

    for name in SECRETS:
        assert f"${{{name}:?" in text
        assert f"${{{name}:-" not in text


def test_the_two_ways_of_making_the_roles_agree():
    embedded = (CHECKOUT / "portal/embedded/postgres.py").read_text()
    docker = (CHECKOUT / "docker/initdb/10-roles.sh").read_text()

    for right in (
        "SELECT, INSERT, UPDATE, DELETE ON TABLES TO callout_app",
        "USAGE, SELECT ON SEQUENCES TO callout_app",
    ):
        assert right in embedded
        assert right in docker
    assert docker.count("NOBYPASSRLS") == 2
    assert "NOSUPERUSER NOBYPASSRLS" in embedded


def test_the_client_accepts_the_file():
    if (
        not shutil.which("docker")
        or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("docker compose is not installed")
    variables = {"PATH": "/usr/local/bin:/usr/bin:/bin"} | dict.fromkeys(SECRETS, "x" * 50)
    done = subprocess.run(
        ["docker", "compose", "config", "--quiet"], env=variables, cwd=CHECKOUT, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr
