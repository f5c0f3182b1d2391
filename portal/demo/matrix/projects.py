"""One record of each kind of the Project section of an account, in one state."""

import datetime as dt
import hashlib
from decimal import Decimal

from portal.accounts.models import Account, Contact
from portal.demo.matrix.canaries import Pen
from portal.kit import clock
from projects.enums import QuoteStatus
from projects.models import Quote, QuoteLine, QuoteQuestion

DAY = dt.timedelta(days=1)
MONEY = {"net": Decimal(18), "tax": Decimal("1.60"), "total": Decimal("19.60")}


def write_quote(pen: Pen, account: Account, shared: dict, state) -> Quote:
    """A quote with one line and a question; a draft where the state is not final, withdrawn where it is gone."""
    quote = pen.row(
        Quote,
        account=account,
        currency="USD",
        digest="",
        valid_until=clock.now().date() + 30 * DAY,
        is_exposed=state.is_exposed,
        created_at=clock.now(),
        **MONEY,
    )
    line = pen.row(
        QuoteLine,
        quote=quote,
        product=shared["catalog.product"],
        unit_price="18",
        unit_cost="7",
        tax_rate="8.875",
        net=MONEY["net"],
        tax=MONEY["tax"],
    )
    if state.is_final:
        colleague = pen.row(Contact, account=account, email=f"{quote.pk}@example.com")
        pen.row(QuoteQuestion, quote=quote, line=line, contact=colleague, asked_at=clock.now(), answered_at=clock.now())
        quote.status = QuoteStatus.CANCELED if state.is_archived else QuoteStatus.SENT
        quote.sent_at, quote.closed_at = clock.now(), clock.now() if state.is_archived else None
        quote.digest = hashlib.sha256(str(quote.pk).encode()).hexdigest()
        quote.save()
    return quote
