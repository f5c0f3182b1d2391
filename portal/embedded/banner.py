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
            "partner-manager@meridian.example": "opportunity partner, manager",
            "partner-admin@meridian.example": "opportunity partner, administrator",
            "partner-seller@meridian.example": "opportunity partner, seller",
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


EVERY_LOGIN = {*PLATFORM, *(address for _name, logins in TENANTS.values() for address in logins)}
MANAGE = ".venv/bin/python -m portal.embedded exec -- .venv/bin/python manage.py"


def known_logins(database_url: str) -> set[str]:
    """Which logins of the demo are in the database and may sign in."""
    import psycopg  # noqa: PLC0415  the supervisor and its like do without

    with psycopg.connect(database_url) as web:
        found = web.execute(
            "SELECT email FROM accounts_user WHERE email = ANY(%s) AND is_active", [sorted(EVERY_LOGIN)]
        )
        return {email for (email,) in found}


def welcome(known: set[str], *, port: int, smtp_port: int, logs: Path) -> str:
    """Addresses and the logins of the demo that are there (DESIGN.md, names that are fixed); the first steps without."""
    lines = ["", "Callout is up.", ""]
    for slug, (name, logins) in TENANTS.items():
        if people := _people(logins, known):
            lines += [f"  {name:<28} http://{slug}.localhost:{port}/", *people]
    lines += [f"  {'Platform':<28} http://localhost:{port}/admin/", *_people(PLATFORM, known), ""]
    lines += [f"  Password of every login      {PASSWORD}"] if known else _first_steps(port)
    lines += [
        f"  Mails that were sent         http://localhost:{port}/mailbox/ (SMTP on 127.0.0.1:{smtp_port})",
        f"  Logs                         {logs}",
        "",
        "Ctrl-C stops everything; the data is kept.",
    ]
    return "\n".join(lines)


def _people(logins: dict[str, str], known: set[str]) -> list[str]:
    return [f"      {address:<36} {who}" for address, who in logins.items() if address in known]


def _first_steps(port: int) -> list[str]:
    """What somebody does who starts without the demo; docs/operations.md, “A new company”."""
    return [
        "  There is no demo. The platform's first login is made in a second terminal, in this folder:",
        f"      {MANAGE} createsuperuser",
        f"  1. Sign in with it on http://localhost:{port}/admin/; the mailbox below has the mail that confirms its address.",
        "  2. There add your company, with a host like mine.localhost and the e-mail of its first staff member.",
        f"  3. That person sets a password through “Forgot your password?” on http://mine.localhost:{port}/,",
        "     and works at /admin/. docs/operations.md goes on from there.",
        "  Or take the demo companies, in a second terminal: make demo",
        "",
    ]
