"""Where the embedded servers keep what they keep, and as which user they may run there."""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.errors import EmbeddedError

CHECKOUT = Path(__file__).resolve().parents[2]
# A place that root owns and everybody may cross, for checkouts that the servers' user cannot reach (/root/callout).
PRIVATE_HOME = Path("/var/lib/callout-embedded")
ROOT = 0


@dataclass(frozen=True)
class ServerUser:
    """Whom the database servers run as. `None` in `Folders.user` means: as whoever started them."""

    uid: int
    gid: int
    name: str

    @property
    def popen_options(self) -> dict:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Folders:
    """One set of embedded servers: `var` holds what people look at, `data` what only the servers touch."""

    var: Path
    data: Path
    user: ServerUser | None

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def mailbox(self) -> Path:
        return self.var / "mailbox"

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    def file(self, name: str) -> Path:
        return self.var / name

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @property
    def popen_options(self) -> dict:
        return self.user.popen_options if self.user else {}


def prepare(var: Path) -> Folders:
    """Make the folders below `var` and decide where the data of the servers lies."""
    var = var.absolute()
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"The folder {var} cannot be made: {error.strerror}. Set CALLOUT_VAR to another one."
        ) from error
    if not os.access(var, os.W_OK | os.X_OK) or (os.getuid() != ROOT and var.stat().st_uid != os.getuid()):
        owner = _user_name(var.stat().st_uid)
        raise EmbeddedError(f"{var} belongs to {owner}. Start as {owner}, or set CALLOUT_VAR to a folder of your own.")
    if var.stat().st_uid == os.getuid():
        var.chmod(0o711)
    data, user = (var, None) if os.getuid() != ROOT else _for_root(var)
    folders = Folders(var=var, data=data, user=user)
    for folder in (folders.logs, folders.mailbox):
        folder.mkdir(exist_ok=True, mode=0o700)
    data.mkdir(exist_ok=True, mode=0o711)
    own(folders, folders.valkey)
    return folders


def own(folders: Folders, folder: Path) -> None:
    """Make a folder that only the servers' user may enter."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    if folders.user:
        os.chown(folder, folders.user.uid, folders.user.gid)


def reachable_package(folders: Folders, package: Path, siblings: list[Path]) -> Path:
    """Where the servers' user can execute the package: in place, or a copy beside the data (root, private checkout)."""
    if folders.user is None or _can_cross(folders.user, package):
        return package
    home = (
        PRIVATE_HOME / "programs" / hashlib.sha256(f"{package}{package.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    )
    if not home.exists():
        parts = home.with_name(f"{home.name}.{os.getpid()}")
        _make_private_home()
        for source in (package, *siblings):
            shutil.copytree(source, parts / source.name)
        _open_to_all(parts)
        parts.rename(home)
    return home / package.name


def _for_root(var: Path) -> tuple[Path, ServerUser]:
    """Servers refuse to run as root: find them a user and a folder it can reach."""
    data = var
    user = _owner_of_data(var) or _first_user("postgres", "nobody")
    if not _can_cross(user, var):
        _make_private_home()
        data = PRIVATE_HOME / hashlib.sha256(str(var).encode()).hexdigest()[:12]
        user = _owner_of_data(data) or user
    return data, user


def _owner_of_data(data: Path) -> ServerUser | None:
    """Data that an ordinary user began goes on as that user's."""
    cluster = data / "postgres"
    if not cluster.exists() or cluster.stat().st_uid == ROOT:
        return None
    status = cluster.stat()
    return ServerUser(status.st_uid, status.st_gid, _user_name(status.st_uid))


def _first_user(*names: str) -> ServerUser:
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(entry.pw_uid, entry.pw_gid, name)
    raise EmbeddedError(
        f"Root cannot run PostgreSQL, and none of the users {', '.join(names)} exists. Start as an ordinary user."
    )


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _can_cross(user: ServerUser, folder: Path) -> bool:
    """Asked of the system, as that user: modes, access lists and mounts all count."""
    question = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)]
    return subprocess.run(question, cwd="/", check=False, **user.popen_options).returncode == 0


def _make_private_home() -> None:
    PRIVATE_HOME.mkdir(parents=True, exist_ok=True)
    for folder in (PRIVATE_HOME, PRIVATE_HOME / "programs"):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)


def _open_to_all(top: Path) -> None:
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644)
