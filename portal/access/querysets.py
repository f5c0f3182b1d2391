"""`visible_to(viewer)`: the only implementation of TEN-5."""

from portal.access.clauses import access_of, everything
from portal.access.viewer import Viewer
from portal.tenancy.managers import TenantManager, TenantQuerySet


class ExposedQuerySet(TenantQuerySet):
    """Rows that may be exposed to customers."""

    def visible_to(self, viewer: Viewer | None):
        """The rows that the viewer may see; nobody sees nothing."""
        if not viewer or not viewer.may_read(access_of(self.model).section):
            return self.none()
        return self.filter(everything(viewer, self.model))


class ExposedManager(TenantManager.from_queryset(ExposedQuerySet)):  # type: ignore[misc]
    """The manager of models that may be exposed."""
