"""What `make run` tells the person who started it."""

from pathlib import Path

PASSWORD = "callout-demo-2026"
TENANTS = {
    "harbor": (
        "Harbor Heating, New York",
        {
            "approver@harbor.example": "customer, approves and books",
            "reviewer@harbor.example": "customer, reads; same account",
            "stranger@harbor.example": "customer of another account",
            "tech@harbor.example": "technician",
            "admin@harbor.example": "tenant's staff, /admin/",
        },
    ),
    "meridian": (
        "Meridian Lifts, London",
        {
            "psa-approver@meridian.example": "project customer, approves",
            "psa-reviewer@meridian.example": "project customer, reads",
            "partner-approver@meridian.example": "project partner",
            "partner-manager@meridian.example": "opportunity partner",
            "booker@meridian.example": "customer, books arrival windows",
            "admin@meridian.example": "tenant's staff, /admin/",
        },
    ),
    "waha": (
        "Al Waha Cooling, Dubai",
        {
            "approver@waha.example": "customer, approves and books",
            "admin@waha.example": "tenant's staff, /admin/",
        },
    ),
}
PLATFORM = {"platform@callout.example": "platform's staff, /admin/"}


def welcome(*, port: int, smtp_port: int, logs: Path) -> str:
    """Addresses and logins of the demo (DESIGN.md, names that are fixed)."""
    lines = ["", "Callout is up.", ""]
    for slug, (name, logins) in TENANTS.items():
        lines += [f"  {name:<28} http://{slug}.localhost:{port}/", *_people(logins)]
    lines += [f"  {'Platform':<28} http://localhost:{port}/admin/", *_people(PLATFORM)]
    lines += [
        "",
        f"  Password of every login      {PASSWORD}",
        f"  Mails that were sent         http://harbor.localhost:{port}/mailbox/ (SMTP on 127.0.0.1:{smtp_port})",
        f"  Logs                         {logs}",
        "",
        "Ctrl-C stops everything; the data is kept.",
    ]
    return "\n".join(lines)


def _people(logins: dict[str, str]) -> list[str]:
    return [f"      {address:<36} {who}" for address, who in logins.items()]
