"""What a customer says of a partner by the link in a mail, without sign-in and once (PRT-4, SECURITY 26)."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from partners.domain.feedback import give_feedback
from partners.domain.history import Actor
from partners.forms.feedback import PartnerFeedbackForm
from partners.models import Delivery
from partners.queries.links import delivery_of_link
from portal.kit.errors import Conflict, DomainError
from portal.web.declarations import Rule, declare
from portal.web.views.base import UNPROCESSABLE
from scheduling.views.links import SHY

METHODS = ("GET", "HEAD", "POST")
NOT_FOUND = 404


@login_not_required
@require_http_methods(METHODS)
@declare(Rule.SECRET, object_type="partners.Opportunity", methods=METHODS)
def feedback(request, token):
    """`/partners/feedback/TOKEN/`: stars and words; afterwards thanks. Any other link says that it opens nothing."""
    delivery = delivery_of_link(token) if request.tenant is not None else None
    response = answer(request, token, delivery)
    for name, value in SHY.items():
        response.headers[name] = value
    return response


def answer(request, token: str, delivery: Delivery | None):
    """The page for this delivery as it stands."""
    if delivery is None:
        return render(request, "partners/feedback/gone.html", status=NOT_FOUND)
    if delivery.feedback_at is not None:
        return render(request, "partners/feedback/thanks.html", {"delivery": delivery})
    form = PartnerFeedbackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            give_feedback(delivery, **form.cleaned_data, by=Actor(contact=delivery.opportunity.contact))
        except Conflict:
            # Sent twice: the first one counts.
            return redirect("partners:feedback", token)
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            return redirect("partners:feedback", token)
    context = {"delivery": delivery, "form": form}
    return render(request, "partners/feedback/give.html", context, status=UNPROCESSABLE if form.errors else 200)
