"""Single records shared with single contacts (TEN-5), a table for each kind."""

from fieldservice.models.agreements import Agreement
from fieldservice.models.assets import Asset
from fieldservice.models.invoices import Invoice
from fieldservice.models.work_orders import WorkOrder
from portal.access.models import RecordShare, shares_of


class AgreementShare(RecordShare):
    content_object = shares_of(Agreement)


class AssetShare(RecordShare):
    content_object = shares_of(Asset)


class InvoiceShare(RecordShare):
    content_object = shares_of(Invoice)


class WorkOrderShare(RecordShare):
    content_object = shares_of(WorkOrder)
