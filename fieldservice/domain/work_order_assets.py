"""What was put in becomes an asset of the customer once the work order is posted (DYNAMICS 3.3, 3.7)."""

from fieldservice.enums import LineStatus
from fieldservice.models import Asset, WorkOrder, WorkOrderProduct
from portal.audit.domain import record


def make_assets(work_order: WorkOrder, *, by=None) -> list[Asset]:
    """One asset for each used line that says so, whatever its quantity, and once; below the asset that the line names.

    They stand where that asset stands, and are hidden from the customer until staff expose them. Call it in the
    transaction that holds the work order's lock.
    """
    lines = WorkOrderProduct.objects.filter(
        work_order=work_order, status=LineStatus.USED, quantity__gt=0, becomes_asset=True, made_asset__isnull=True
    )
    made = []
    for line in lines.select_related("product", "asset__location").order_by("position", "pk"):
        above = line.asset
        line.made_asset = Asset.objects.create(
            account=work_order.account,
            name=str(line)[: Asset._meta.get_field("name").max_length],
            product=line.product,
            parent=above,
            master_id=(above.master_id or above.pk) if above else None,
            location=above.location if above else None,
            installed_date=(work_order.completed_at or work_order.posted_at).astimezone(work_order.place.zone).date(),
        )
        line.save(update_fields=["made_asset"])
        record(by, "asset.create", line.made_asset, after={"work_order": work_order.number})
        made.append(line.made_asset)
    return made
