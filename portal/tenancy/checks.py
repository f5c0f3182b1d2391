"""Start-up checks: each model is a tenant's or on the reviewed list of global ones."""

from django.apps import apps
from django.core import checks

from portal.tenancy.models import TenantModel

# Tables without tenant data, each with the reason.
GLOBAL_MODELS = {
    "tenancy.Tenant": "the door reads it before a scope is open",
    "tenancy.TenantHost": "the door reads it before a scope is open",
    "tenancy.Heartbeat": "life of the platform's processes",
    "accounts.User": "a person may be a contact of several tenants (TEN-3)",
    "account.EmailAddress": "the person's own addresses",
    "account.EmailConfirmation": "belongs to the address",
    "admin.LogEntry": "unused: staff actions go to the tenant's audit",
    "auth.Group": "unused: web roles are rows of the tenant",
    "auth.Group_permissions": "unused",
    "auth.Permission": "Django's own",
    "contenttypes.ContentType": "Django's own",
    "guardian.GroupObjectPermission": "unused: nothing is shared with groups",
    "guardian.UserObjectPermission": "unused: what is shared has a tenant's table for each kind",
    "sessions.Session": "belongs to the person",
}


@checks.register()
def every_model_has_a_wall(app_configs, **kwargs):
    """E001: a model that is neither a tenant's nor on the list."""
    return [
        checks.Error(
            f"{model._meta.label} is neither a TenantModel nor on the list of global models.",
            hint="Derive it from portal.tenancy.models.TenantModel.",
            obj=model,
            id="tenancy.E001",
        )
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, TenantModel) and model._meta.label not in GLOBAL_MODELS
    ]
