"""What a partner types about an opportunity of its own, as clean values (PRT-6)."""

import datetime as dt
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from partners.domain.opportunities import Content
from partners.models import LeadType, Opportunity
from portal.catalog.models import Product
from portal.geo.models import Place
from portal.kit.fields import LongText
from portal.tenancy.days import today

LONGEST_SALE = dt.timedelta(days=3653)
ADDRESS = ("line1", "line2", "city", "region", "postal_code")


def length_of(model, field: str) -> int:
    return model._meta.get_field(field).max_length


def line(label, model, field: str, *, required: bool = False) -> forms.CharField:
    """A single line as long as the model's field."""
    return forms.CharField(label=label, max_length=length_of(model, field), required=required)


def text(label, field: str) -> LongText:
    """Several lines as long as the model's field."""
    widget = forms.Textarea(attrs={"rows": 3})
    return LongText(label=label, max_length=length_of(Opportunity, field), required=False, widget=widget)


class OwnForm(forms.Form):
    """A customer, where it is, what it needs. `with_money` asks for the estimated revenue too."""

    prospect_name = line(_("Customer"), Opportunity, "prospect_name", required=True)
    topic = line(_("What it is about"), Opportunity, "topic", required=True)
    prospect_person = line(_("Contact person"), Opportunity, "prospect_person")
    prospect_email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    prospect_phone = line(_("Phone"), Opportunity, "prospect_phone")
    line1 = line(_("Street and number"), Place, "line1")
    line2 = line(_("Further line of the address"), Place, "line2")
    postal_code = line(_("Postal code"), Place, "postal_code")
    city = line(_("Town"), Place, "city")
    region = line(_("State or region"), Place, "region")
    country = forms.ChoiceField(label=_("Country"), choices=lambda: [("", "–"), *countries], required=False)
    lead_type = forms.ChoiceField(label=_("Kind"), required=False)
    products = forms.MultipleChoiceField(label=_("Products"), required=False, widget=forms.CheckboxSelectMultiple)
    situation = text(_("Current situation"), "situation")
    need = text(_("Customer need"), "need")
    solution = text(_("Proposed solution"), "solution")
    estimated_revenue = forms.DecimalField(
        label=_("Estimated revenue"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    estimated_close_date = forms.DateField(
        label=_("Estimated close"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data=None, *, products: Sequence[Product], lead_types: Sequence[LeadType], with_money: bool, **kwargs
    ):
        super().__init__(data, **kwargs)
        self.known = {str(each.pk): each for each in (*products, *lead_types)}
        self.offer("products", [(str(each.pk), each.name) for each in products])
        self.offer("lead_type", [(str(each.pk), each.name) for each in lead_types], none=_("Not said"))
        if not with_money:
            del self.fields["estimated_revenue"]

    def offer(self, name: str, choices: list, *, none="") -> None:
        """The choices of a field, after `none` where that is one too; without any it is not asked."""
        if choices:
            self.fields[name].choices = [("", none), *choices] if none else choices
        else:
            del self.fields[name]

    def clean(self):
        found = super().clean()
        if any(found.get(name) for name in ADDRESS) and not found.get("country"):
            self.add_error("country", _("Choose the country."))
        return found

    def clean_estimated_close_date(self) -> dt.date | None:
        """A day that a sale can still be closed on."""
        day, first = self.cleaned_data["estimated_close_date"], today()
        if day is not None and not first <= day <= first + LONGEST_SALE:
            raise forms.ValidationError(_("Choose a day between today and ten years from now."), code="invalid")
        return day

    def content(self) -> Content:
        """What the opportunity says, without its address."""
        found = self.cleaned_data
        words = ("prospect_name", "topic", "prospect_person", "prospect_email", "prospect_phone")
        texts = ("situation", "need", "solution")
        return Content(
            **{name: found[name] for name in (*words, *texts)},
            lead_type=self.known.get(found.get("lead_type", "")),
            products=[self.known[each] for each in found.get("products", ())],
            estimated_revenue=found.get("estimated_revenue"),
            estimated_close_date=found["estimated_close_date"],
        )

    def place(self) -> Place | None:
        """The address as a new place; None where none was typed."""
        found = self.cleaned_data
        if not any(found[name] for name in ADDRESS):
            return None
        return Place(country=found["country"], **{name: found[name] for name in ADDRESS})
