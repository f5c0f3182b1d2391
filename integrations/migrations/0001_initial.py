import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.kit.ids
from portal.tenancy.rls import protect

# Every table whose changes some entity asks for (`Source` in integrations/entities): its triggers tell the tasks that watch it.
NOTED = (
    "accounts_account",
    "accounts_contact",
    "catalog_billingterms",
    "catalog_product",
    "fieldservice_inventoryadjustment",
    "fieldservice_inventoryadjustmentline",
    "fieldservice_inventoryjournal",
    "fieldservice_inventorytransfer",
    "fieldservice_inventorytransferline",
    "fieldservice_invoice",
    "fieldservice_invoiceline",
    "fieldservice_productinventory",
    "fieldservice_purchaseorder",
    "fieldservice_purchaseorderline",
    "fieldservice_purchasereceipt",
    "fieldservice_purchasereceiptline",
    "fieldservice_vendor",
    "fieldservice_warehouse",
    "fieldservice_workorder",
    "fieldservice_workorderproduct",
    "fieldservice_workorderservice",
    "geo_place",
)
EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
# Whatever code changes a record, the change is noted in its transaction. Notes are only added, so that nobody who changes
# records waits for the exchange; a table that nobody watches costs one look at an index a statement.
NOTING = [
    """
    CREATE FUNCTION integrations_note_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM integrations_tablewatch WHERE table_name = TG_TABLE_NAME) THEN
        RETURN NULL;
      END IF;
      INSERT INTO integrations_recordchange (id, tenant_id, task_id, path, changed_id, noted_at)
        SELECT gen_random_uuid(), w.tenant_id, w.task_id, w.path, (to_jsonb(c) ->> w.column_name)::uuid, now()
        FROM integrations_tablewatch w JOIN changed c ON c.tenant_id = w.tenant_id
        WHERE w.table_name = TG_TABLE_NAME AND to_jsonb(c) ->> w.column_name IS NOT NULL;
      RETURN NULL;
    END $$
    """,
    *(
        f"CREATE TRIGGER integrations_note_{event.lower()} AFTER {event} ON {table} REFERENCING {side} TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION integrations_note_changes()"
        for table in NOTED
        for event, side in EVENTS.items()
    ),
]
NO_NOTING = [
    *(f"DROP TRIGGER integrations_note_{event.lower()} ON {table}" for table in NOTED for event in EVENTS),
    "DROP FUNCTION integrations_note_changes()",
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0001_initial"),
        ("fieldservice", "0001_initial"),
        ("geo", "0001_initial"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "base_url",
                    models.URLField(
                        help_text="Of the service, up to /data/ or the like.", max_length=500, verbose_name="address"
                    ),
                ),
                ("company", models.CharField(blank=True, max_length=20, verbose_name="legal entity")),
                (
                    "auth",
                    models.CharField(
                        choices=[("none", "No sign-in"), ("client_credentials", "OAuth client credentials")],
                        default="none",
                        max_length=20,
                        verbose_name="sign-in",
                    ),
                ),
                ("token_url", models.URLField(blank=True, max_length=500, verbose_name="address of the sign-in")),
                ("client_id", models.CharField(blank=True, max_length=120, verbose_name="client id")),
                (
                    "client_secret",
                    models.CharField(blank=True, editable=False, max_length=500, verbose_name="client secret"),
                ),
                ("scope", models.CharField(blank=True, max_length=300, verbose_name="scope")),
                ("resource", models.CharField(blank=True, max_length=300, verbose_name="resource")),
                (
                    "is_cross_company",
                    models.BooleanField(
                        default=False,
                        help_text="Finance and Operations show only the login's own legal entity otherwise.",
                        verbose_name="asks across legal entities",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "connection",
                "verbose_name_plural": "connections",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "name"),
                        name="connection_name_once",
                        violation_error_message="There is a connection of this name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("auth", "client_credentials"), _negated=True),
                            models.Q(
                                models.Q(("token_url", ""), _negated=True), models.Q(("client_id", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="connection_signs_in",
                        violation_error_message="A sign-in needs its address and the client id.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntegrationProject",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("template", models.CharField(blank=True, max_length=80, verbose_name="template")),
                ("is_active", models.BooleanField(default=False, verbose_name="in use")),
                (
                    "every_minutes",
                    models.PositiveIntegerField(
                        blank=True, help_text="Empty: only by hand.", null=True, verbose_name="runs every (minutes)"
                    ),
                ),
                ("next_run_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="next run")),
                ("asked_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="asked for")),
                ("is_reconciled", models.BooleanField(default=True, verbose_name="both sides are compared daily")),
                ("reconciled_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="compared")),
                (
                    "alert_addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.EmailField(max_length=254),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="told of warnings and errors",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="integrations.connection",
                        verbose_name="connection",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "integration project",
                "verbose_name_plural": "integration projects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "name"),
                        name="integration_project_name_once",
                        violation_error_message="There is a project of this name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("every_minutes__isnull", True),
                            models.Q(("every_minutes__gte", 1), ("every_minutes__lte", 10080)),
                            _connector="OR",
                        ),
                        name="integration_project_schedule",
                        violation_error_message="A project runs every minute at most and every week at least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("alert_addresses__len__lte", 20)),
                        name="integration_project_addresses",
                        violation_error_message="At most 20 people are told.",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True)),
                        fields=["tenant", "next_run_at", "id"],
                        name="integration_project_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IntegrationTask",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("entity", models.CharField(max_length=60, verbose_name="entity of ours")),
                ("entity_set", models.CharField(max_length=128, verbose_name="entity of theirs")),
                (
                    "direction",
                    models.CharField(
                        choices=[("out", "To the other system"), ("in", "From the other system")],
                        default="out",
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("conditions", models.JSONField(blank=True, default=list, verbose_name="conditions")),
                (
                    "company_field",
                    models.CharField(blank=True, max_length=128, verbose_name="their field of the legal entity"),
                ),
                (
                    "since_field",
                    models.CharField(blank=True, max_length=128, verbose_name="their field of the last change"),
                ),
                (
                    "when_gone",
                    models.CharField(
                        choices=[("keep", "Stays there"), ("delete", "Is deleted there")],
                        default="keep",
                        max_length=10,
                        verbose_name="when ours is deleted",
                    ),
                ),
                ("batch_size", models.PositiveSmallIntegerField(default=100, verbose_name="rows a batch")),
                ("filled_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="filled")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="integrations.integrationproject",
                        verbose_name="project",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "project", "name"),
                        name="integration_task_name_once",
                        violation_error_message="The project has a task of this name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("batch_size__gte", 1), ("batch_size__lte", 500)),
                        name="integration_task_batch",
                        violation_error_message="A batch has 1 to 500 rows.",
                    ),
                ],
                "indexes": [models.Index(fields=["tenant", "entity", "direction"], name="integration_task_of_entity")],
            },
        ),
        migrations.CreateModel(
            name="MappedField",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                ("source", models.CharField(blank=True, max_length=128, verbose_name="source")),
                ("target", models.CharField(max_length=128, verbose_name="target")),
                ("transforms", models.JSONField(blank=True, default=list, verbose_name="steps between")),
                ("is_key", models.BooleanField(default=False, verbose_name="key")),
                ("is_required", models.BooleanField(default=False, verbose_name="must not be empty")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fields",
                        to="integrations.integrationtask",
                        verbose_name="task",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "mapped field",
                "verbose_name_plural": "mapped fields",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "task", "target"),
                        name="mapped_field_target_once",
                        violation_error_message="This field is mapped already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("path", models.CharField(blank=True, max_length=200, verbose_name="path")),
                ("changed_id", models.UUIDField(verbose_name="changed")),
                ("noted_at", models.DateTimeField(verbose_name="noted")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.integrationtask",
                        verbose_name="task",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "noted change",
                "verbose_name_plural": "noted changes",
                "indexes": [models.Index(fields=["tenant", "task", "path"], name="record_change_of_task")],
            },
        ),
        migrations.CreateModel(
            name="SyncRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("record_id", models.UUIDField(blank=True, null=True, verbose_name="record")),
                ("record_key", models.CharField(blank=True, max_length=200, verbose_name="our key")),
                ("external_key", models.CharField(blank=True, max_length=400, verbose_name="their key")),
                ("key", models.JSONField(blank=True, default=dict, verbose_name="their key in full")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Being sent"),
                            ("done", "Exchanged"),
                            ("parked", "Parked"),
                            ("skipped", "Left out"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("version", models.PositiveBigIntegerField(default=1, verbose_name="version")),
                ("sent_version", models.PositiveBigIntegerField(default=0, verbose_name="version exchanged")),
                ("is_linked", models.BooleanField(default=False, verbose_name="exists on both sides")),
                ("is_uncertain", models.BooleanField(default=False, verbose_name="answer lost")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="failed attempts")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("problem", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("waits_table", models.CharField(blank=True, max_length=60, verbose_name="waits for")),
                ("waits_key", models.CharField(blank=True, max_length=200, verbose_name="waits for record")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="values agreed")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="fingerprint")),
                ("etag", models.CharField(blank=True, max_length=200, verbose_name="their version")),
                ("claim", models.UUIDField(blank=True, null=True, verbose_name="claim")),
                ("changed_at", models.DateTimeField(verbose_name="last step")),
                ("compared_at", models.DateTimeField(blank=True, null=True, verbose_name="found there")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="integrations.integrationtask",
                        verbose_name="task",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "exchanged record",
                "verbose_name_plural": "exchanged records",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "task", "record_id"),
                        name="sync_row_record_once",
                        violation_error_message="The task has this record already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_key", ""), _negated=True),
                        fields=("tenant", "task", "external_key"),
                        name="sync_row_key_once",
                        violation_error_message="Another record has this key on the other side.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claim__isnull", False), ("state", "sending")),
                            models.Q(models.Q(("state", "sending"), _negated=True), ("claim__isnull", True)),
                            _connector="OR",
                        ),
                        name="sync_row_claimed",
                        violation_error_message="A row is claimed while it is sent, and only then.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "parked"), _negated=True),
                            models.Q(("problem", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="sync_row_says_why",
                        violation_error_message="A parked row says why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("record_id__isnull", False), models.Q(("external_key", ""), _negated=True), _connector="OR"
                        ),
                        name="sync_row_names_something",
                        violation_error_message="A row names a record of one side at least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_version__lte", models.F("version"))),
                        name="sync_row_versions",
                        violation_error_message="What was not noted was not sent.",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["tenant", "task", "due_at", "id"],
                        name="sync_row_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "parked")),
                        fields=["tenant", "task", "-changed_at", "-id"],
                        name="sync_row_parked",
                    ),
                    models.Index(fields=["tenant", "task", "record_key"], name="sync_row_by_our_key"),
                    models.Index(
                        condition=models.Q(("waits_table", ""), _negated=True),
                        fields=["tenant", "waits_table", "waits_key"],
                        name="sync_row_blocked",
                    ),
                    models.Index(fields=["tenant", "record_id"], name="sync_row_of_record"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "occasion",
                    models.CharField(
                        choices=[("schedule", "Schedule"), ("hand", "By hand"), ("reconciliation", "Reconciliation")],
                        max_length=15,
                        verbose_name="occasion",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("completed", "Completed"),
                            ("warning", "Warning"),
                            ("error", "Error"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                ("lease_until", models.DateTimeField(verbose_name="goes on at")),
                ("pauses", models.PositiveSmallIntegerField(default=0, verbose_name="pauses")),
                ("message", models.CharField(blank=True, max_length=500, verbose_name="message")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="integrations.integrationproject",
                        verbose_name="project",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "run",
                "verbose_name_plural": "runs",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("tenant", "project"),
                        name="sync_run_one_at_a_time",
                        violation_error_message="The project is running.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state", "running")),
                            models.Q(models.Q(("state", "running"), _negated=True), ("finished_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="sync_run_finished",
                        violation_error_message="A run is finished when it has an outcome.",
                    ),
                ],
                "indexes": [models.Index(fields=["tenant", "project", "-started_at", "-id"], name="sync_run_recent")],
            },
        ),
        migrations.CreateModel(
            name="RowEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inserted", "Inserted"),
                            ("updated", "Updated"),
                            ("deleted", "Deleted"),
                            ("confirmed", "Found to have arrived"),
                            ("uncertain", "Answer lost"),
                            ("delayed", "Put off"),
                            ("blocked", "Waits for another record"),
                            ("parked", "Parked"),
                            ("retried", "Put back by staff"),
                        ],
                        max_length=10,
                        verbose_name="what happened",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("message", models.CharField(blank=True, max_length=500, verbose_name="message")),
                ("differences", models.JSONField(blank=True, default=list, verbose_name="differences")),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="integrations.syncrow",
                        verbose_name="record",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="integrations.syncrun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of a record",
                "verbose_name_plural": "events of records",
                "indexes": [
                    models.Index(fields=["tenant", "row", "-at", "-id"], name="row_event_of_row"),
                    models.Index(fields=["tenant", "run", "at", "id"], name="row_event_of_run"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missing_there", "Missing there"),
                            ("missing_here", "Missing here"),
                            ("different", "Different"),
                        ],
                        max_length=15,
                        verbose_name="kind",
                    ),
                ),
                ("record_id", models.UUIDField(blank=True, null=True, verbose_name="record")),
                ("record_key", models.CharField(blank=True, max_length=200, verbose_name="our key")),
                ("external_key", models.CharField(blank=True, max_length=400, verbose_name="their key")),
                ("differences", models.JSONField(blank=True, default=list, verbose_name="differences")),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.integrationtask",
                        verbose_name="task",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="discrepancies",
                        to="integrations.syncrun",
                        verbose_name="run",
                    ),
                ),
            ],
            options={
                "verbose_name": "discrepancy",
                "verbose_name_plural": "discrepancies",
                "indexes": [models.Index(fields=["tenant", "run", "id"], name="discrepancy_of_run")],
            },
        ),
        migrations.CreateModel(
            name="TableWatch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("table_name", models.CharField(max_length=63, verbose_name="table")),
                ("column_name", models.CharField(default="id", max_length=63, verbose_name="column")),
                ("path", models.CharField(blank=True, max_length=200, verbose_name="path")),
                ("since", models.BigIntegerField(verbose_name="since transaction")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="integrations.integrationtask",
                        verbose_name="task",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "watched table",
                "verbose_name_plural": "watched tables",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "task", "table_name", "column_name", "path"), name="table_watch_once"
                    )
                ],
                "indexes": [models.Index(fields=["tenant", "table_name"], name="table_watch_of_table")],
            },
        ),
        migrations.CreateModel(
            name="TaskPosition",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.TextField(blank=True, verbose_name="position")),
                ("since", models.DateTimeField(blank=True, null=True, verbose_name="changes since")),
                ("seen", models.DateTimeField(blank=True, null=True, verbose_name="last change seen")),
                ("saved_at", models.DateTimeField(verbose_name="saved")),
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reading",
                        to="integrations.integrationtask",
                        verbose_name="task",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "position",
                "verbose_name_plural": "positions",
            },
        ),
        migrations.CreateModel(
            name="TaskRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("completed", "Completed"),
                            ("warning", "Warning"),
                            ("error", "Error"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                ("inserted", models.PositiveIntegerField(default=0, verbose_name="inserted")),
                ("updated", models.PositiveIntegerField(default=0, verbose_name="updated")),
                ("deleted", models.PositiveIntegerField(default=0, verbose_name="deleted")),
                ("unchanged", models.PositiveIntegerField(default=0, verbose_name="unchanged")),
                ("skipped", models.PositiveIntegerField(default=0, verbose_name="left out")),
                ("blocked", models.PositiveIntegerField(default=0, verbose_name="waiting for others")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="failed")),
                ("position", models.TextField(blank=True, verbose_name="position")),
                ("message", models.CharField(blank=True, max_length=500, verbose_name="message")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="integrations.syncrun",
                        verbose_name="run",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.integrationtask",
                        verbose_name="task",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "task of a run",
                "verbose_name_plural": "tasks of runs",
                "constraints": [models.UniqueConstraint(fields=("tenant", "run", "task"), name="task_run_once")],
            },
        ),
        *protect(
            "Connection",
            "Discrepancy",
            "IntegrationProject",
            "IntegrationTask",
            "MappedField",
            "RecordChange",
            "RowEvent",
            "SyncRow",
            "SyncRun",
            "TableWatch",
            "TaskPosition",
            "TaskRun",
        ),
        migrations.RunSQL(sql=NOTING, reverse_sql=NO_NOTING),
    ]
