"""The server of the tests is installed once for each lock file, outside of the sources: from npm, checked by its hashes."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from portal.embedded.folders import CHECKOUT

SOURCE = Path(__file__).parent / "service"
LOCKED = ("package.json", "package-lock.json", "driver/package.json", "driver/index.js")
MISSING = (
    "The tests of the exchange run against a real OData server and need Node.js 18 or newer with npm."
    " On Debian: apt-get install nodejs npm"
)
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--prefer-offline")


class NotInstalled(Exception):
    """Node or npm are missing, or npm failed; what it said."""


def installed() -> Path:
    """The folder of the installed server; whoever comes while another one installs waits for it."""
    if not shutil.which("npm") or not shutil.which("node"):
        raise NotInstalled(MISSING)
    home = Path(os.environ.get("CALLOUT_VAR") or CHECKOUT / "var") / "erp"
    home.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(b"\0".join((SOURCE / name).read_bytes() for name in LOCKED)).hexdigest()
    target = home / digest[:16]
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            install(home, target)
    return target


def install(home: Path, target: Path) -> None:
    """Into a folder of its own first: one that was broken off never looks finished. What earlier locks left goes."""
    for old in home.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    half = Path(tempfile.mkdtemp(dir=home))
    for name in LOCKED:
        (half / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(SOURCE / name, half / name)
    done = subprocess.run(INSTALL, cwd=half, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"npm could not install the server of the tests:\n{done.stdout}{done.stderr}")
    half.rename(target)
