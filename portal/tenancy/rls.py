"""Migration operations for the second wall (D2): row-level security, tenant keys, composite foreign keys."""

from django.db.migrations.operations.base import Operation

POLICY = "tenant_wall"


class DatabaseOnly(Operation):
    """An operation that changes nothing of Django's state."""

    reversible = True

    def state_forwards(self, app_label, state):
        """Nothing of Django's state changes."""


class CreateTenantFunction(DatabaseOnly):
    """The one function that proves the tenant; empty or missing means no rows and no error."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE "
            "SET search_path = pg_catalog "
            "AS $$ SELECT nullif(current_setting('app.tenant', true), '')::uuid $$"
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute("DROP FUNCTION IF EXISTS current_tenant()")

    def describe(self):
        return "Create current_tenant()"


class LockTable(DatabaseOnly):
    """Force row-level security on a tenant table and make (tenant_id, id) a key that others can refer to."""

    def __init__(self, model_name: str):
        self.model_name = model_name

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        table = schema_editor.quote_name(model._meta.db_table)
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {POLICY} ON {table} USING (tenant_id = (SELECT current_tenant())) "
            "WITH CHECK (tenant_id = (SELECT current_tenant()))",
            f"ALTER TABLE {table} ADD CONSTRAINT {schema_editor.quote_name(key_name(model))} UNIQUE (tenant_id, id)",
        ):
            schema_editor.execute(statement)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        table = schema_editor.quote_name(model._meta.db_table)
        for statement in (
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {schema_editor.quote_name(key_name(model))} CASCADE",
            f"DROP POLICY IF EXISTS {POLICY} ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ):
            schema_editor.execute(statement)

    def describe(self):
        return f"Put {self.model_name} behind the tenants' wall"


class TieKeys(DatabaseOnly):
    """Double the foreign keys to other tenant tables by ones over (tenant_id, column).

    Row-level security does not guard foreign-key checks. `field_names` limits it to keys that a later migration added.
    """

    def __init__(self, model_name: str, *field_names: str):
        self.model_name = model_name
        self.field_names = field_names

    def fields(self, model):
        for field in model._meta.local_fields:
            if self.field_names and field.name not in self.field_names:
                continue
            if leads_to_tenant_table(field):
                yield field

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        quote = schema_editor.quote_name
        for field in self.fields(model):
            schema_editor.execute(
                f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(composite_name(model, field))} "
                f"FOREIGN KEY (tenant_id, {quote(field.column)}) "
                f"REFERENCES {quote(field.remote_field.model._meta.db_table)} (tenant_id, id) "
                "DEFERRABLE INITIALLY DEFERRED"
            )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        model = from_state.apps.get_model(app_label, self.model_name)
        quote = schema_editor.quote_name
        for field in self.fields(model):
            schema_editor.execute(
                f"ALTER TABLE {quote(model._meta.db_table)} "
                f"DROP CONSTRAINT IF EXISTS {quote(composite_name(model, field))}"
            )

    def describe(self):
        return f"Tie the foreign keys of {self.model_name} to the tenant"


def leads_to_tenant_table(field) -> bool:
    """Whether the field is a foreign key to another tenant table."""
    if field.name == "tenant" or not (field.many_to_one or field.one_to_one):
        return False
    return any(each.name == "tenant" for each in field.remote_field.model._meta.local_fields)


def key_name(model) -> str:
    return f"{model._meta.db_table[:50]}_tenant_key"


def composite_name(model, field) -> str:
    """The name of the doubled foreign key, within PostgreSQL's 63 bytes."""
    return f"{model._meta.db_table[:30]}_{field.column[:22]}_tenant"


def protect(*model_names: str) -> list[Operation]:
    """The operations that put these models of the migration's app behind the wall.

    All tables first, then their keys, so that the models may refer to each other in any order.
    """
    return [*map(LockTable, model_names), *map(TieKeys, model_names)]
