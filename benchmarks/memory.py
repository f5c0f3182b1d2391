"""Memory of each process of a running `make run`, as JSON: resident, and the share of its own (MiB). Linux.

.venv/bin/python benchmarks/memory.py [FOLDER]      FOLDER is var/ unless given
"""

import json
import sys
from pathlib import Path

MIB = 1024
PROC = Path("/proc")


def recorded(var: Path) -> dict[str, int]:
    """The processes that supervisor and keeper wrote down, by name."""
    found = {}
    for file, head in (("run.json", "supervisor"), ("servers.json", "keeper")):
        path = var / file
        if not path.exists():
            continue
        state = json.loads(path.read_text())
        if head in state:
            found[head] = state[head]["pid"]
        found |= {name: record["pid"] for name, record in state.get("children", {}).items()}
    return found


def parents() -> dict[int, int]:
    """Parent of each process."""
    found = {}
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[int(folder.name)] = int(fields[1])
    return found


def family(top: int, parent_of: dict[int, int], others: set[int]) -> list[int]:
    """A process and what it started, without those that have a name of their own."""
    members = [top]
    for pid in members:
        members += [child for child, parent in parent_of.items() if parent == pid and child not in others]
    return members


def memory(pid: int) -> dict:
    """MiB of one process: resident, proportional (shared pages divided among their users), private."""
    sizes = {"Rss": 0, "Pss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return {}
    for line in lines[1:]:
        name, _, rest = line.partition(":")
        if name in sizes:
            sizes[name] = int(rest.split()[0])
    private = sizes["Private_Clean"] + sizes["Private_Dirty"]
    return {
        "pid": pid,
        "rss_mib": round(sizes["Rss"] / MIB, 1),
        "pss_mib": round(sizes["Pss"] / MIB, 1),
        "private_mib": round(private / MIB, 1),
        "command": command[:100],
    }


def main() -> int:
    var = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "var"
    names = recorded(var)
    if "supervisor" not in names:
        print(f"Nothing runs with the data in {var}: start it by make run.", file=sys.stderr)
        return 1
    parent_of, tops = parents(), set(names.values())
    report = {}
    for name, pid in names.items():
        members = [measured for member in family(pid, parent_of, tops) if (measured := memory(member))]
        total = {key: round(sum(each[key] for each in members), 1) for key in ("rss_mib", "pss_mib", "private_mib")}
        report[name] = total | {"processes": members}
    total = {key: round(sum(each[key] for each in report.values()), 1) for key in ("rss_mib", "pss_mib", "private_mib")}
    print(json.dumps({"total": total, "by_name": report}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
