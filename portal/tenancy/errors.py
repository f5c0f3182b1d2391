"""What the first wall says."""


class NoTenant(RuntimeError):
    """A query or a save of tenant data outside a tenant's scope."""


class WrongTenant(RuntimeError):
    """A row of one tenant was about to be written in the scope of another."""
