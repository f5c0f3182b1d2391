"""Verbs over quotes: draft, write lines, send, revise, close (PSA-2, DYNAMICS 6.4). The customer's decision stands in `decisions.py`."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.models import Asset, IncidentType
from portal.accounts.models import Account
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from portal.timeline.domain.comments import note_event
from projects.domain.documents import check_account, check_step, lock, refresh
from projects.domain.lines import CHARGED, Item, copy_of, rows_of, sum_up
from projects.domain.notices import tell_of_quotes
from projects.enums import QUOTE_TRANSITIONS, Decision, NumberKind, QuoteStatus
from projects.models import Project, Quote, QuoteDecision, QuoteLine

USUAL_VALIDITY = dt.timedelta(days=30)
# What a new revision takes over from the one that it revises.
KEPT = ("name", "account", "project", "service", "asset", "introduction", "terms", "internal_notes", "currency")
OWN_OF_LINES = ("is_optional", "unit_cost")
# What the customer is shown of a quote and its lines, and so what the fingerprint covers.
SHOWN = ("number", "revision", "name", "account_id", "introduction", "terms", "currency", "net", "tax", "total")


@transaction.atomic
def draft_quote(
    account: Account,
    *,
    name: str,
    lines: Sequence[Item] = (),
    project: Project | None = None,
    service: IncidentType | None = None,
    asset: Asset | None = None,
    valid_until: dt.date | None = None,
    introduction: str = "",
    terms: str = "",
    is_exposed: bool = False,
    by=None,
) -> Quote:
    """Draft a quote for an account; audited. Without a date it is valid for 30 days.

    The tenant's counter is locked from here to the caller's commit. Raises DomainError for lines that cannot be charged,
    and for a project or asset of another account.
    """
    quote = Quote(
        account=account,
        name=name,
        project=project,
        service=service,
        asset=asset,
        valid_until=valid_until or today() + USUAL_VALIDITY,
        introduction=introduction,
        terms=terms,
        is_exposed=is_exposed,
        currency=current_tenant().currency,
        created_at=clock.now(),
    )
    check_account(account, project=project, asset=asset)
    rows = rows_of(QuoteLine, quote, lines, parent="quote")
    sum_up(quote, counted(rows))
    quote.number = take_number(NumberKind.QUOTE)
    quote.save(force_insert=True)
    QuoteLine.objects.bulk_create(rows)
    record(
        by, "quote.create", quote, after={"number": quote.number, "total": str(quote.total), "is_exposed": is_exposed}
    )
    return quote


@transaction.atomic
def write_quote_lines(quote: Quote, lines: Sequence[Item], *, by=None) -> Quote:
    """Replace the lines of a draft; audited. Raises DomainError once it was sent."""
    locked = lock(quote)
    if locked.status != QuoteStatus.DRAFT:
        raise DomainError(_("The lines of a quote that was sent stay as they are. Revise it instead."))
    before = {"total": str(locked.total)}
    rows = rows_of(QuoteLine, locked, lines, parent="quote")
    locked.lines.all().delete()
    sum_up(locked, counted(rows))
    locked.save(update_fields=["net", "tax", "total"])
    QuoteLine.objects.bulk_create(rows)
    record(by, "quote.lines", locked, before=before, after={"total": str(locked.total), "lines": len(rows)})
    return refresh(quote, locked)


@transaction.atomic
def send(quote: Quote, *, by=None) -> Quote:
    """Make a draft final and open to the customer where it is exposed; audited. Sending again changes nothing.

    Raises DomainError without a line that counts, or when it would be valid no more.
    """
    locked = lock(quote)
    if locked.status == QuoteStatus.SENT:
        return refresh(quote, locked)
    check_step(QuoteStatus(locked.status), QuoteStatus.SENT, QUOTE_TRANSITIONS)
    if locked.valid_until < today():
        raise DomainError(_("The quote would be valid no more. Choose a later day."), field="valid_until")
    make_final(locked, at=clock.now(), by=by)
    tell_of_quotes([locked])
    return refresh(quote, locked)


def make_final(locked: Quote, *, at: dt.datetime, by) -> None:
    """Send a locked draft that has a line that counts; the caller tells those who see it. Raises DomainError."""
    lines = lines_in_order(locked)
    check_counted(lines)
    locked.status, locked.sent_at = QuoteStatus.SENT, at
    locked.digest = fingerprint(locked, lines)
    locked.save(update_fields=["status", "sent_at", "digest"])
    record(by, "quote.send", locked, before={"status": QuoteStatus.DRAFT}, after={"digest": locked.digest})
    note_event(locked, "quote.sent", by=by)


def check_counted(lines: Sequence[QuoteLine]) -> None:
    """Raise DomainError unless the quote offers anything without a choice."""
    if not counted(lines):
        raise DomainError(_("A quote has at least one line that is not optional."))


@transaction.atomic
def revise(quote: Quote, *, by=None) -> Quote:
    """Draft the next revision, with the same number; the one that was sent can no longer be decided. Audited.

    Revising again gives the same draft. Raises DomainError for what was never sent or is closed.
    """
    locked = lock(quote)
    follower = Quote.objects.filter(revises=locked).order_by("pk").first()
    if follower is not None:
        return follower
    check_step(QuoteStatus(locked.status), QuoteStatus.REVISED, QUOTE_TRANSITIONS)
    if QuoteDecision.objects.filter(quote=locked, decision=Decision.APPROVED).exists():
        raise DomainError(_("The customer has approved this quote. Close it as won, and quote what is new separately."))
    close(locked, QuoteStatus.REVISED, by=by)
    draft = Quote(
        **{name: getattr(locked, name) for name in KEPT},
        number=locked.number,
        revision=locked.revision + 1,
        revises=locked,
        valid_until=max(locked.valid_until, today() + USUAL_VALIDITY),
        is_exposed=locked.is_exposed,
        created_at=clock.now(),
    )
    items = [copy_of(each, **{name: getattr(each, name) for name in OWN_OF_LINES}) for each in lines_in_order(locked)]
    rows = rows_of(QuoteLine, draft, items, parent="quote")
    sum_up(draft, counted(rows))
    draft.save(force_insert=True)
    QuoteLine.objects.bulk_create(rows)
    record(by, "quote.revise", draft, before={"revision": locked.revision}, after={"revision": draft.revision})
    refresh(quote, locked)
    return draft


@transaction.atomic
def close_quote(quote: Quote, to: QuoteStatus, *, by=None) -> Quote:
    """Close a quote as won, lost or canceled; audited. Closing it the same way again changes nothing.

    Raises DomainError for a step that QUOTE_TRANSITIONS does not have.
    """
    locked = lock(quote)
    if locked.status == to:
        return refresh(quote, locked)
    check_step(QuoteStatus(locked.status), to, QUOTE_TRANSITIONS)
    close(locked, to, by=by)
    return refresh(quote, locked)


def close(locked: Quote, to: QuoteStatus, *, by) -> None:
    """Close a locked quote."""
    before = locked.status
    locked.status, locked.closed_at = to, clock.now()
    locked.save(update_fields=["status", "closed_at"])
    record(by, f"quote.{to}", locked, before={"status": before}, after={"status": to})
    if locked.sent_at is not None:
        note_event(locked, "quote.closed", {"status": str(to)}, by=by)


def lines_in_order(quote: Quote) -> list[QuoteLine]:
    """The lines as the customer reads them."""
    return list(QuoteLine.objects.filter(quote=quote).select_related("product").order_by("position", "pk"))


def counted(lines: Sequence[QuoteLine]) -> list[QuoteLine]:
    """The lines of the total: all that are not optional."""
    return [each for each in lines if not each.is_optional]


def fingerprint(quote: Quote, lines: Sequence[QuoteLine]) -> str:
    """The SHA-256 of what the customer is shown, in hexadecimal digits."""
    shown = {name: str(getattr(quote, name)) for name in SHOWN} | {"valid_until": quote.valid_until.isoformat()}
    told = (*(name for name in CHARGED if name != "product"), "net", "tax", "is_optional")
    rows = [{name: written(getattr(line, name)) for name in told} for line in lines]
    text = json.dumps({"quote": {**shown, **amounts_of(quote)}, "lines": rows}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def amounts_of(quote: Quote) -> dict[str, str]:
    return {name: written(getattr(quote, name)) for name in ("net", "tax", "total")}


def written(value) -> str:
    """A value in one way only: 10 and 10.000 are the same."""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
