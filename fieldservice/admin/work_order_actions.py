"""What staff decide about a work order: complete, post, cancel, reopen; each says first what follows."""

from django import forms
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fieldservice.admin.work_order_lines import amount_text
from fieldservice.domain.work_order_steps import CLOSED, cancel, complete, post, reopen
from fieldservice.enums import TRANSITIONS, LineStatus, WorkOrderStatus
from fieldservice.models import FieldServiceSettings, WorkOrder, WorkOrderProduct, WorkOrderSignature, WorkOrderTask
from fieldservice.papers.work_order_pdf import pdf_of
from fieldservice.papers.work_orders import paper_of
from fieldservice.queries.work_order_costs import sums_of
from fieldservice.queries.work_order_papers import lines_for_staff, work_order_for_staff
from portal.access.admin.record_actions import Action, ActionForm, RecordActions
from portal.tenancy.scope import current_tenant
from portal.web.papers import pdf_response

DONE = 100


class CancelForm(ActionForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("For the company's own records.")
    )


def may_become(status: WorkOrderStatus):
    """Whether the work order's state allows this one next."""
    return lambda work_order: status in TRANSITIONS[WorkOrderStatus(work_order.system_status)]


def what_is_open(work_order: WorkOrder) -> list[str]:
    """What nobody has said to be done or used yet."""
    tasks = WorkOrderTask.objects.filter(work_order=work_order, percent_done__lt=DONE).count()
    lines = WorkOrderProduct.objects.filter(work_order=work_order, status=LineStatus.ESTIMATED).count()
    said = []
    if tasks:
        said.append(ngettext("%(count)d task is not done.", "%(count)d tasks are not done.", tasks) % {"count": tasks})
    if lines:
        said.append(
            ngettext(
                "%(count)d product is only planned and will not be charged.",
                "%(count)d products are only planned and will not be charged.",
                lines,
            )
            % {"count": lines}
        )
    return said


def what_is_posted(work_order: WorkOrder) -> list[str]:
    """The invoice and the assets that come of it."""
    sums = sums_of(work_order, current_tenant().currency)
    payer = {"account": work_order.billing_account or work_order.account, "amount": amount_text(sums.used.total)}
    settings = FieldServiceSettings.objects.order_by("pk").first() or FieldServiceSettings()
    if not settings.invoices_posted_work_orders:
        said = [_("Another system writes the invoice.")]
    elif sums.used.net:
        said = [_("An invoice over %(amount)s to %(account)s is drafted.") % payer]
    else:
        said = [_("Nothing is to be charged: no invoice is drafted.")]
    made = WorkOrderProduct.objects.filter(
        work_order=work_order, status=LineStatus.USED, becomes_asset=True, made_asset__isnull=True, quantity__gt=0
    ).count()
    if made:
        said.append(
            ngettext("%(count)d product becomes an asset.", "%(count)d products become assets.", made) % {"count": made}
        )
    return [*said, *what_is_open(work_order)]


def what_is_reopened(work_order: WorkOrder) -> list[str]:
    if WorkOrderSignature.objects.filter(work_order=work_order).exists():
        return [_("The customer has signed it; the signature is taken back.")]
    return []


WORK_ORDER_ACTIONS = (
    Action(
        "complete",
        gettext_lazy("Complete"),
        gettext_lazy("The work is done. Prices and quantities can still be corrected until it is posted, and the customer may sign."),
        may_become(WorkOrderStatus.COMPLETED),
        lambda work_order, data, by: complete(work_order, by=by),
        gettext_lazy("%(name)s was completed."),
        consequences=what_is_open,
    ),
    Action(
        "post",
        gettext_lazy("Post"),
        gettext_lazy("The work order is closed for good. Nothing of it changes any more."),
        may_become(WorkOrderStatus.POSTED),
        lambda work_order, data, by: post(work_order, by=by),
        gettext_lazy("%(name)s was posted."),
        consequences=what_is_posted,
        is_grave=True,
    ),
    Action(
        "reopen",
        gettext_lazy("Reopen"),
        gettext_lazy("The work goes on: it is to be scheduled anew."),
        lambda work_order: work_order.system_status in CLOSED,
        lambda work_order, data, by: reopen(work_order, by=by),
        gettext_lazy("%(name)s was reopened."),
        consequences=what_is_reopened,
    ),
    Action(
        "cancel",
        gettext_lazy("Cancel the work order"),
        gettext_lazy("It stays in the lists as canceled. Visits to come are canceled with it and their time is free again."),
        may_become(WorkOrderStatus.CANCELED),
        lambda work_order, data, by: cancel(work_order, **data, by=by),
        gettext_lazy("%(name)s was canceled."),
        form=CancelForm,
        is_grave=True,
    ),
)  # fmt: skip


class WorkOrderActions(RecordActions):
    """The pages of the actions, and the paper as those get it who pay for the work."""

    record_actions = WORK_ORDER_ACTIONS

    def get_urls(self):
        view = self.admin_site.admin_view(self.pdf_view)
        return [path("<path:object_id>/pdf/", view, name="fieldservice_workorder_pdf"), *super().get_urls()]

    def tools(self, obj) -> list[dict]:
        url = reverse("admin:fieldservice_workorder_pdf", args=[obj.pk])
        return [*super().tools(obj), {"label": _("Download PDF"), "url": url}]

    def pdf_view(self, request, object_id):
        """With prices; without costs and internal texts."""
        found = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if found is None or not self.has_view_permission(request, found):  # type: ignore[attr-defined]
            raise Http404
        work_order = work_order_for_staff().get(pk=found.pk)
        paper = paper_of(work_order, lines_for_staff(work_order), sees_money=True)
        return pdf_response(pdf_of(work_order, paper), work_order.number)
