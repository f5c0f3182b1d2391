"""The embedded servers: shared by whoever asks, ended with the last, recovering from whatever happened before (OPS-1)."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from portal.embedded import keeper, processes, records

pytestmark = pytest.mark.slow

PYTHON = sys.executable
COUNT_ROWS = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
    owner.execute("create table if not exists kept (number int)")
    owner.execute("insert into kept values (1)")
    print(owner.execute("select count(*) from kept").fetchone()[0])
"""
AS_WEB_ROLE = """
import os, psycopg, sys
owner_url, web_url = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
if sys.argv[1] == "test":
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("create database test_callout")
    owner_url, web_url = (url.replace("/callout?", "/test_callout?") for url in (owner_url, web_url))
with psycopg.connect(owner_url) as owner:
    owner.execute("create extension if not exists btree_gist")
    owner.execute("create table thing (id int generated always as identity, name text)")
with psycopg.connect(web_url, autocommit=True) as web:
    web.execute("insert into thing (name) values ('a')")
    web.execute("update thing set name = 'b'")
    print(web.execute("select name from thing").fetchone()[0])
    for refused in ("create table other (id int)", "truncate thing", "drop table thing", "set role callout_owner"):
        try:
            web.execute(refused)
            print("ALLOWED", refused)
        except psycopg.Error as error:
            assert error.sqlstate == "42501", (refused, error)
    print(web.execute("select count(*) from pg_class c join pg_roles r on r.oid = relowner where rolname = 'callout_app'").fetchone()[0])
    print(*web.execute("select rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname = 'callout_app'").fetchone())
"""

CONNECT = 'import os, psycopg; psycopg.connect(os.environ["DATABASE_URL"])'


def state(folders):
    return records.read(folders.file(keeper.STATE))


def all_gone(*known):
    return not any(processes.is_alive(record) for record in known)


def eventually(fact, seconds=300):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.05)
    return False


def hold(embedded, folders):
    """An `exec` that stays until its command is ended, with the servers ready."""
    holder = embedded(
        "exec", "--test", "--", PYTHON, "-c", "print('held', flush=True); import time; time.sleep(300)", wait=False
    )
    assert holder.stdout.readline() == "held\n"
    return holder, state(folders)


@pytest.mark.parametrize("database", ["main", "test"])
def test_the_web_role_works_on_what_the_owner_makes_and_owns_nothing(embedded, database):
    done = embedded("exec", "--test", "--", PYTHON, "-c", AS_WEB_ROLE, database)

    assert done.stdout.split("\n")[:3] == ["b", "0", "False False False"]
    assert done.returncode == 0


def test_exec_answers_with_the_exit_code_and_sets_the_addresses(embedded, var):
    names = [
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "SECRET_KEY",
        "CALLOUT_EMBEDDED",
        "CALLOUT_VAR",
    ]
    script = f"import os, json, sys; print(json.dumps({{n: os.environ[n] for n in {names}}})); sys.exit(7)"

    done = embedded("exec", "--", PYTHON, "-c", script)

    given = json.loads(done.stdout)
    assert done.returncode == 7
    assert given["DATABASE_URL"].startswith("postgresql://callout_app:")
    assert given["DATABASE_OWNER_URL"].startswith("postgresql://callout_owner:")
    assert given["CALLOUT_EMBEDDED"] == "1"
    assert given["CALLOUT_VAR"] == str(var)
    assert len(given["SECRET_KEY"]) >= 50


def test_a_command_that_is_not_there_is_named(embedded):
    done = embedded("exec", "--test", "--", "no-such-command")

    assert done.returncode == 1
    assert done.stdout == "callout: There is no command no-such-command.\n"


def test_several_share_the_servers_and_the_last_one_ends_them(embedded, folders):
    first, before = hold(embedded, folders)
    until_told = (
        f"{PYTHON} -c '{CONNECT}' && echo $DATABASE_URL; while [ ! -e {folders.file('gate')} ]; do sleep 0.1; done"
    )
    others = [embedded("exec", "--test", "--", "sh", "-c", until_told, wait=False) for _ in range(4)]
    urls = {other.stdout.readline() for other in others}
    folders.file("gate").touch()
    assert [other.wait(timeout=120) for other in others] == [0, 0, 0, 0]

    assert state(folders) == before
    assert len(urls) == 4, "test runs side by side have databases of their own"
    assert {url.partition("host=")[2] for url in urls} == {before["sockets"] + "\n"}

    first.terminate()
    first.wait(timeout=120)
    assert all_gone(before["keeper"], *before["children"].values())
    assert not os.path.exists(before["sockets"])  # noqa: PTH110


def test_data_survives_kill_9_of_every_server(embedded, folders):
    assert embedded("exec", "--", PYTHON, "-c", COUNT_ROWS).stdout == "1\n"
    holder, before = hold(embedded, folders)
    for record in (before["keeper"], *before["children"].values()):
        os.kill(record["pid"], signal.SIGKILL)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()

    assert embedded("exec", "--", PYTHON, "-c", COUNT_ROWS).stdout == "2\n"


def test_a_killed_keeper_takes_its_servers_along(embedded, folders):
    _, before = hold(embedded, folders)

    os.kill(before["keeper"]["pid"], signal.SIGKILL)

    assert eventually(lambda: all_gone(*before["children"].values()))


def test_a_killed_user_gives_the_servers_back(embedded, folders):
    holder, before = hold(embedded, folders)

    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()

    assert eventually(lambda: all_gone(before["keeper"], *before["children"].values()))


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_killed_server_is_started_again_at_the_same_address(embedded, folders, name):
    _, before = hold(embedded, folders)

    os.kill(before["children"][name]["pid"], signal.SIGKILL)

    assert eventually(lambda: state(folders)["children"][name] != before["children"][name] and state(folders)["ready"])
    after = state(folders)
    assert (after["sockets"], after["redis_port"]) == (before["sockets"], before["redis_port"])
    other = ({"postgres", "valkey"} - {name}).pop()
    assert after["children"][other] == before["children"][other], "the other server goes on"


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(embedded, folders):
    assert embedded("exec", "--", PYTHON, "-c", COUNT_ROWS).stdout == "1\n"
    stranger = subprocess.Popen([PYTHON, "-c", "import time; time.sleep(300)"])
    (folders.postgres / "postmaster.pid").write_text(f"{stranger.pid}\n{folders.postgres}\n")
    records.write(
        folders.file(keeper.STATE),
        {
            "keeper": {"pid": stranger.pid, "identity": "other"},
            "children": {"valkey": {"pid": stranger.pid, "identity": "other"}},
        },
    )

    done = embedded("exec", "--", PYTHON, "-c", COUNT_ROWS)

    assert done.stdout == "2\n"
    assert stranger.poll() is None, "a stranger is never ended"
    stranger.kill()
    stranger.wait()


def test_torn_records_and_a_cluster_begun_are_no_obstacle(embedded, folders):
    folders.file(keeper.STATE).write_text('{"keeper": {"pi')
    (folders.data / "postgres.new").mkdir()

    assert embedded("exec", "--test", "--", PYTHON, "-c", COUNT_ROWS).stdout == "1\n"


def test_lost_passwords_are_made_anew(embedded, folders):
    assert embedded("exec", "--test", "--", PYTHON, "-c", COUNT_ROWS).stdout == "1\n"
    folders.file(records.SECRETS_FILE).unlink()

    assert embedded("exec", "--test", "--", PYTHON, "-c", COUNT_ROWS).stdout == "2\n"


def test_data_of_another_version_is_refused_with_what_to_do(embedded, folders):
    assert embedded("exec", "--test", "--", PYTHON, "-c", COUNT_ROWS).stdout == "1\n"
    (folders.postgres / "PG_VERSION").write_text("9\n")

    done = embedded("exec", "--test", "--", "true")

    assert done.returncode == 1
    assert "was written by PostgreSQL 9" in done.stdout


def test_stop_ends_the_servers_of_the_folder(embedded, folders):
    _, before = hold(embedded, folders)

    assert embedded("stop").stdout == "Stopped.\n"
    assert all_gone(before["keeper"], *before["children"].values())
    assert embedded("stop").stdout == "Nothing was running.\n"
