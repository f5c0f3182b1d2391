"""Why a viewer does or does not see a record: the clauses of `visible_to`, read one by one."""

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper
from django.utils.translation import gettext as _

from portal.access.clauses import CLAUSES, Clause, Part, holder_paths, partner_path, rule
from portal.access.models import ExposedModel
from portal.access.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause: whether it holds, and the sentence that says so."""

    code: str
    part: Part
    holds: bool
    sentence: str


def explain(viewer: Viewer, obj: ExposedModel) -> list[Finding]:
    """Each clause of TEN-5 for this viewer and record, in order, by one query."""
    model = type(obj)
    annotations = {
        f"holds_{clause.code}": ExpressionWrapper(clause.condition(viewer, model), output_field=BooleanField())  # type: ignore[attr-defined]
        for clause in CLAUSES
    }
    row = model.objects.filter(pk=obj.pk).annotate(**annotations).values(*annotations).order_by("pk").first() or {}
    findings = []
    for clause in CLAUSES:
        holds = bool(row.get(f"holds_{clause.code}", False))
        findings.append(Finding(clause.code, clause.part, holds, sentence_of(clause, model, holds=holds)))
    return findings


def sentence_of(clause: Clause, model: type[ExposedModel], *, holds: bool) -> str:
    """What staff read; of records on which partners work, that these too are a way to them."""
    if clause.code == "account" and partner_path(model):
        if holds:
            return _("It is of the contact's account, or people of that account work on it.")
        if holder_paths(model):
            return _(
                "It is not of the contact's account, or the contact sees only what is assigned to or shared with it."
            )
        return _("It is not of the contact's account, and nobody of that account works on it.")
    return str(clause.holds if holds else clause.fails)


def sees(findings: list[Finding]) -> bool:
    """Whether the rule holds, from its clauses."""
    holds = {finding.code: finding.holds for finding in findings}
    return rule(lambda clause: holds[clause.code])


def reasons(findings: list[Finding]) -> list[str]:
    """The sentences that decide it: why the viewer sees the record, or what is missing; none that makes no difference."""
    if sees(findings):
        way = Part.EXPOSURE if all(each.holds for each in findings if each.part == Part.EXPOSURE) else Part.SHARING
        # That it is their own company's goes without saying.
        return [each.sentence for each in findings if each.part in {Part.ALWAYS, way} and each.code != "tenant"]
    holds = {each.code: each.holds for each in findings}
    # Whom a share brings here needs no exposure; without a web role no account is within reach, which one sentence says.
    skipped = (
        {"shared"} | ({"account", "exposed"} if holds["shared"] else set()) | (set() if holds["role"] else {"account"})
    )
    return [each.sentence for each in findings if not each.holds and each.code not in skipped]
