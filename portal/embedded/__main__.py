"""The command line: `python -m portal.embedded run | exec -- COMMAND | stop`."""

import argparse
import os
import sys
from pathlib import Path

from portal.embedded import folders as folder_module
from portal.embedded import keeper, mailcatcher, servers
from portal.embedded.command import run_command
from portal.embedded.errors import EmbeddedError
from portal.embedded.supervisor import supervise


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m portal.embedded", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("exec", help="run a command with PostgreSQL and Valkey up")
    run.add_argument("--test", action="store_true", help="fast servers without durability, in the folder var/test")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    verbs.add_parser("run", help="everything: servers, web, worker, scheduler, mail catcher")
    verbs.add_parser("stop", help="end the servers of this folder, whoever uses them")
    mail = verbs.add_parser("mail", help="the mail catcher alone")
    mail.add_argument("--port", type=int, default=servers.SMTP_PORT)
    keep = verbs.add_parser("keep")
    keep.add_argument("--fast", action="store_true")
    return top


def var_folder(*, tests: bool) -> Path:
    named = os.environ.get("CALLOUT_VAR")
    if named:
        return Path(named)
    return folder_module.CHECKOUT / "var" / ("test" if tests else "")


def main(arguments: list[str]) -> int:
    chosen = parser().parse_args(arguments)
    try:
        return perform(chosen)
    except EmbeddedError as error:
        print(f"callout: {error}", file=sys.stderr)
        return 1


def perform(chosen: argparse.Namespace) -> int:
    tests = getattr(chosen, "test", False)
    folders = folder_module.prepare(var_folder(tests=tests))
    if chosen.verb == "exec":
        command = chosen.command[1:] if chosen.command[:1] == ["--"] else chosen.command
        if not command:
            raise EmbeddedError("exec needs a command: python -m portal.embedded exec -- COMMAND")
        return run_command(folders, command, tests=tests)
    if chosen.verb == "keep":
        return keeper.keep(folders, fast=chosen.fast)
    if chosen.verb == "stop":
        print("Stopped." if servers.stop(folders) else "Nothing was running.")
        return 0
    if chosen.verb == "mail":
        mailcatcher.catch(folders.mailbox, chosen.port)
        return 0
    return supervise(folders)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
