"""What staff do with an agreement: activate, expire, cancel, copy, renew; each says first what follows."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fieldservice.domain.agreement_copies import Parts, copy_agreement, next_end, renew
from fieldservice.domain.agreements import activate, cancel, expire, later_drafts, unplanned_work_orders
from fieldservice.domain.recurrences import day_text, listed, next_by_rule, recurrence_of, words
from fieldservice.domain.setups import DAY
from fieldservice.enums import AgreementStatus, DateStatus
from fieldservice.models import Agreement, BookingDate, BookingSetup, InvoiceDate, InvoiceSetup
from portal.access.admin.record_actions import Action, ActionForm
from portal.tenancy.days import today

DATES_NAMED = 3
OPEN_TO_CANCEL = (AgreementStatus.ESTIMATE, AgreementStatus.ACTIVE)


def day_field(**kwargs) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


class ActivateForm(ActionForm):
    """From which day on."""

    first_date = day_field(
        label=gettext_lazy("Dates from"),
        help_text=gettext_lazy("Earlier dates are left to the past: nothing is done or charged for them."),
    )

    def __init__(self, data=None, *, record: Agreement):
        super().__init__(data, record=record)
        self.initial = {"first_date": max(today(), record.start_date)}

    def clean_first_date(self):
        day = self.cleaned_data["first_date"]
        if not self.record.start_date <= day <= self.record.end_date:
            self.add_error("first_date", _("Choose a day within the term."))
        return day


class CancelForm(ActionForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("For the company's own records.")
    )


class CopyForm(ActionForm):
    """Over which term, and what comes along."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    start_date = day_field(label=gettext_lazy("Starts"))
    end_date = day_field(label=gettext_lazy("Ends"), help_text=gettext_lazy("The last day of the term."))
    assets = forms.BooleanField(label=gettext_lazy("Covered assets"), required=False, initial=True)
    visits = forms.BooleanField(label=gettext_lazy("Booking setups"), required=False, initial=True)
    invoices = forms.BooleanField(label=gettext_lazy("Invoice setups"), required=False, initial=True)

    def __init__(self, data=None, *, record: Agreement):
        super().__init__(data, record=record)
        self.initial = {
            "name": record.name,
            "start_date": record.end_date + DAY,
            "end_date": next_end(record.start_date, record.end_date),
        }


# What follows.


def what_begins(agreement: Agreement) -> list[str]:
    """Each setup in words with its first dates."""
    said = []
    for model in (BookingSetup, InvoiceSetup):
        for setup in model.objects.filter(agreement=agreement, is_active=True).order_by("name", "pk"):
            first = next_by_rule(setup, agreement, after=today(), count=DATES_NAMED)
            parts = {
                "name": setup.name,
                "recurrence": words(recurrence_of(setup, agreement)),
                "dates": listed(day_text(each) for each in first) or _("none from today on"),
            }
            said.append(_("%(name)s: %(recurrence)s. First dates: %(dates)s") % parts)
    return said or [_("It has no setups yet: no work orders and no invoices come of it.")]


def waiting(agreement: Agreement) -> int:
    """How many dates are still to come."""
    return sum(
        model.objects.filter(setup__agreement=agreement, status=DateStatus.ACTIVE, date__gt=today()).count()
        for model in (BookingDate, InvoiceDate)
    )


def what_ends(agreement: Agreement) -> list[str]:
    count = waiting(agreement)
    return [
        ngettext("%(count)d date to come is left out.", "%(count)d dates to come are left out.", count)
        % {"count": count}
    ]


def what_is_canceled(agreement: Agreement) -> list[str]:
    """The dates, and what was made of them and promised to nobody."""
    orders, drafts = unplanned_work_orders(agreement).count(), later_drafts(agreement).count()
    return [
        *what_ends(agreement),
        ngettext("%(count)d work order that nobody has planned is canceled.", "%(count)d work orders that nobody has planned are canceled.", orders) % {"count": orders},
        ngettext("%(count)d draft of a later invoice is canceled.", "%(count)d drafts of later invoices are canceled.", drafts) % {"count": drafts},
        _("Visits with an appointment and issued invoices stay."),
    ]  # fmt: skip


def copied(agreement: Agreement, data: dict, by) -> Agreement:
    parts = Parts(**{name: data[name] for name in ("assets", "visits", "invoices")})
    term: dict[str, Any] = {name: data[name] for name in ("name", "start_date", "end_date")}
    return copy_agreement(agreement, **term, parts=parts, by=by)


AGREEMENT_ACTIONS = (
    Action(
        "activate",
        gettext_lazy("Activate"),
        gettext_lazy("The agreement is in force: its dates are planned, and work orders and invoices come of them by themselves. Where it is exposed, the customer sees it."),
        lambda agreement: agreement.status == AgreementStatus.ESTIMATE,
        lambda agreement, data, by: activate(agreement, **data, by=by),
        gettext_lazy("%(name)s was activated."),
        form=ActivateForm,
        consequences=what_begins,
    ),
    Action(
        "copy",
        gettext_lazy("Copy"),
        gettext_lazy("A new estimate of the same account. Single dates stay behind; it is exposed to nobody yet."),
        lambda agreement: True,
        copied,
        gettext_lazy("%(made)s was made as a copy."),
        form=CopyForm,
    ),
    Action(
        "renew",
        gettext_lazy("Renew"),
        gettext_lazy("A new estimate for the term that follows, as long as this one. It comes into force once you activate it."),
        lambda agreement: agreement.status in {AgreementStatus.ACTIVE, AgreementStatus.EXPIRED},
        lambda agreement, data, by: renew(agreement, by=by),
        gettext_lazy("%(made)s continues it."),
    ),
    Action(
        "expire",
        gettext_lazy("End today"),
        gettext_lazy("The agreement has run its course. What was made of it stays."),
        lambda agreement: agreement.status == AgreementStatus.ACTIVE,
        lambda agreement, data, by: expire(agreement, by=by),
        gettext_lazy("%(name)s has ended."),
        consequences=what_ends,
        is_grave=True,
    ),
    Action(
        "cancel",
        gettext_lazy("Cancel the agreement"),
        gettext_lazy("It stays in the lists as canceled, and nothing more comes of it."),
        lambda agreement: agreement.status in OPEN_TO_CANCEL,
        lambda agreement, data, by: cancel(agreement, **data, by=by),
        gettext_lazy("%(name)s was canceled."),
        form=CancelForm,
        consequences=what_is_canceled,
        is_grave=True,
    ),
)  # fmt: skip
