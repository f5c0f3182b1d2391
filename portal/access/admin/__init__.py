"""What the admin shows and changes of access: exposure, sharing, previews, who sees a record and why."""

from portal.access.admin import people  # noqa: F401  registers the pages
from portal.access.admin.exposure import ExposedModelAdmin
from portal.access.admin.who_sees import WhoSeesMixin

__all__ = ["ExposedModelAdmin", "WhoSeesMixin"]
