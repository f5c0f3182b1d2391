"""What a visitor has chosen so far while booking: read from the URL or the form, checked against what they may see."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from fieldservice.models import Asset, IncidentType
from portal.access.viewer import Viewer
from portal.kit.verdicts import ALLOWED, Verdict
from scheduling.domain.booking import Slot
from scheduling.domain.rules import Rules, VisitRequest, load_rules
from scheduling.forms import PlanForm, slot_text, uuid_or_none
from scheduling.policies import can_book, can_schedule_self
from scheduling.queries import sites
from scheduling.queries.sites import Site

PLAN_FIELDS = ("site", "asset", "service")
LOOK_FIELDS = ("slot", "day", "month")


@dataclass
class Draft:
    """A booking in the making. `visit` is None until site and service are chosen rightly."""

    form: PlanForm
    site: Site | None = None
    asset: Asset | None = None
    service: IncidentType | None = None
    visit: VisitRequest | None = None
    rules: Rules | None = None
    verdict: Verdict = ALLOWED
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def is_invalid(self) -> bool:
        """Whether something was sent that is no choice; a form that is only half filled in is none."""
        return bool(self.wrong)

    @property
    def wrong(self) -> dict[str, str]:
        """The fields that hold no choice, each with why."""
        found = self.form.errors.as_data() if self.form.is_bound else {}
        return {
            name: str(error.messages[0])
            for name, errors in found.items()
            for error in errors
            if error.code != "required"
        }

    @property
    def lost_way(self) -> str:
        """Why the day, month or time in the address is none; "" when they are. The other choices hold."""
        return next((self.wrong[name] for name in LOOK_FIELDS if name in self.wrong), "")

    def forget_slot(self) -> None:
        """Go back to choosing a time."""
        self.form.cleaned_data["slot"] = None

    def cleaned(self, name: str):
        return self.form.cleaned_data.get(name) if self.form.is_bound else None

    @property
    def services(self) -> list[dict]:
        """The services as cards to choose from."""
        return [{"value": each.pk, "service": each, "is_selected": each == self.service} for each in self.form.services]

    @property
    def steps(self) -> list[dict]:
        """Where in the booking this is."""
        reached = 0 if self.visit is None else 2 if self.slot else 1
        names = [_("What you need"), _("Day and time"), _("Check and book")]
        states = ["done" if at < reached else "current" if at == reached else "ahead" for at in range(len(names))]
        urls = [self.url(), self.url(), ""]
        return [
            {"label": name, "state": state, "url": url} for name, state, url in zip(names, states, urls, strict=True)
        ]

    @property
    def day(self) -> date | None:
        return self.cleaned("day")

    @property
    def month(self) -> date | None:
        return self.cleaned("month")

    @property
    def slot(self) -> Slot | None:
        return self.cleaned("slot")

    def url(self, **changes) -> str:
        """The booking page with these choices."""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in {**self.chosen, **changes}.items() if value})
        return f"{reverse('scheduling:book')}?{query.urlencode()}"

    def slot_url(self, slot: Slot) -> str:
        day = slot.starts.astimezone(self.visit.zone).date()
        return self.url(day=day.isoformat(), slot=slot_text(slot))


def read_draft(data: QueryDict, viewer: Viewer) -> Draft:
    """The draft behind a URL or a form, with all choices of the page.

    A site that is the only one counts as chosen; an asset brings its site.
    """
    data = data.copy()
    choices = sites.sites_for(viewer)
    if not data.get("site") and len(choices) == 1:
        data["site"] = str(choices[0].key)
    asset = _asset(data, viewer)
    key = uuid_or_none(data.get("site"))
    site = next((each for each in choices if each.key == key), None)
    if site is None and key is not None:
        site = sites.site_of(viewer, key)
        choices += [site] if site else []
    assets = sites.assets_for(viewer, site=site)
    if asset is not None and asset not in assets:
        assets.append(asset)
    return _draft(data, viewer, site=site, asset=asset, sites=choices, assets=assets, services=sites.services())


def read_chosen(data: QueryDict, viewer: Viewer) -> Draft:
    """The draft behind a complete form: what was chosen and nothing else is read, so it is not for a page."""
    data = data.copy()
    asset = _asset(data, viewer)
    key, service = uuid_or_none(data.get("site")), uuid_or_none(data.get("service"))
    if key is None or service is None:
        return read_draft(data, viewer)
    site = sites.site_of(viewer, key)
    return _draft(
        data,
        viewer,
        site=site,
        asset=asset,
        sites=[site] if site else [],
        assets=[asset] if asset else [],
        services=sites.services(only=service),
    )


def _draft(data: QueryDict, viewer: Viewer, *, site: Site | None, asset: Asset | None, **choices) -> Draft:
    form = PlanForm(data if any(data.get(name) for name in PLAN_FIELDS) else None, **choices)
    form.is_valid()
    draft = Draft(form=form, site=site, asset=asset, chosen={name: data.get(name, "") for name in PLAN_FIELDS})
    draft.service = next((each for each in form.services if str(each.pk) == data.get("service")), None)
    if site is not None and draft.service is not None and not draft.wrong.keys() & set(PLAN_FIELDS):
        can_book(viewer, site.account).require()
        draft.visit = VisitRequest(account=site.account, incident_type=draft.service, place=site.place, asset=asset)
        draft.rules = load_rules(draft.visit)
        draft.verdict = can_schedule_self(draft.rules.settings, draft.service, is_excluded=draft.rules.is_excluded)
    return draft


def _asset(data: QueryDict, viewer: Viewer) -> Asset | None:
    """The chosen asset; its site becomes the chosen one."""
    wanted: UUID | None = uuid_or_none(data.get("asset"))
    found = sites.assets_for(viewer, only=wanted) if wanted else []
    asset = found[0] if found else None
    if asset is not None and asset.location is not None:
        data["site"] = str(asset.location_id)
    return asset
