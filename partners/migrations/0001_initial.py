from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.kit.ids
from portal.tenancy.rls import protect

# What no code may get wrong: a partner never has more than its capacity, what happened is neither changed nor deleted, a
# delivery takes only the steps that it may take, and an opportunity is with the partner of its delivery and no other.
STEPS = (
    "('delivered', 'accepted'), ('delivered', 'declined'), ('delivered', 'expired'), ('accepted', 'returned'),"
    " ('accepted', 'won'), ('accepted', 'lost'), ('won', 'accepted'), ('lost', 'accepted')"
)
LASTING = ("opportunityevent", "distributionrun", "distributiontable", "customerfeedback")
GUARDS = [
    """
    CREATE FUNCTION partners_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'What happened stays as it is.' USING ERRCODE = 'check_violation', CONSTRAINT = 'history_stays';
    END $$
    """,
    f"""
    CREATE FUNCTION partners_keep_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      fixed text[] := ARRAY['id', 'tenant_id', 'opportunity_id', 'partner_id', 'run_id', 'delivered_at'];
      once text[] := ARRAY['reminded_at', 'answered_at', 'accepted_at', 'reported_at', 'feedback_at'];
      before jsonb := to_jsonb(OLD);
      after jsonb;
      name text;
    BEGIN
      IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A delivery stays.' USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_stays';
      END IF;
      after := to_jsonb(NEW);
      FOREACH name IN ARRAY fixed || once LOOP
        IF before -> name IS DISTINCT FROM after -> name AND (name = ANY (fixed) OR before ->> name IS NOT NULL) THEN
          RAISE EXCEPTION 'What happened to a delivery stays as it is: %.', name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_stays';
        END IF;
      END LOOP;
      IF OLD.outcome <> NEW.outcome AND (OLD.outcome, NEW.outcome) NOT IN ({STEPS}) THEN
        RAISE EXCEPTION 'A delivery that is % cannot become %.', OLD.outcome, NEW.outcome
          USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_steps';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION partners_keep_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      places integer;
    BEGIN
      IF NEW.outcome NOT IN ('delivered', 'accepted') OR (TG_OP = 'UPDATE' AND OLD.outcome IN ('delivered', 'accepted')) THEN
        RETURN NEW;
      END IF;
      SELECT capacity INTO places FROM partners_partnerprogramme
        WHERE tenant_id = NEW.tenant_id AND account_id = NEW.partner_id FOR NO KEY UPDATE;
      IF places IS NULL OR places <= (
        SELECT count(*) FROM partners_delivery WHERE tenant_id = NEW.tenant_id AND partner_id = NEW.partner_id
          AND outcome IN ('delivered', 'accepted') AND id <> NEW.id
      ) THEN
        RAISE EXCEPTION 'The partner has no room for another opportunity.'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'partner_capacity';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION partners_keep_partner() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      holder uuid;
    BEGIN
      IF NEW.source <> 'distributed' THEN
        RETURN NEW;
      END IF;
      SELECT partner_id INTO holder FROM partners_delivery
        WHERE tenant_id = NEW.tenant_id AND opportunity_id = NEW.id AND outcome IN ('delivered', 'accepted', 'won', 'lost');
      IF holder IS DISTINCT FROM NEW.partner_id THEN
        RAISE EXCEPTION 'An opportunity is with the partner to which it was delivered.'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'opportunity_partner';
      END IF;
      RETURN NEW;
    END $$
    """,
    *(
        f"CREATE TRIGGER partners_keep_history BEFORE UPDATE OR DELETE ON partners_{name}"
        " FOR EACH ROW EXECUTE FUNCTION partners_keep_history()"
        for name in LASTING
    ),
    "CREATE TRIGGER partners_keep_delivery BEFORE UPDATE OR DELETE ON partners_delivery"
    " FOR EACH ROW EXECUTE FUNCTION partners_keep_delivery()",
    "CREATE TRIGGER partners_keep_capacity BEFORE INSERT OR UPDATE OF outcome ON partners_delivery"
    " FOR EACH ROW EXECUTE FUNCTION partners_keep_capacity()",
    "CREATE TRIGGER partners_keep_partner BEFORE INSERT OR UPDATE OF partner_id, status, source ON partners_opportunity"
    " FOR EACH ROW EXECUTE FUNCTION partners_keep_partner()",
]
NO_GUARDS = [
    "DROP TRIGGER partners_keep_partner ON partners_opportunity",
    "DROP TRIGGER partners_keep_capacity ON partners_delivery",
    "DROP TRIGGER partners_keep_delivery ON partners_delivery",
    *(f"DROP TRIGGER partners_keep_history ON partners_{name}" for name in LASTING),
    "DROP FUNCTION partners_keep_partner()",
    "DROP FUNCTION partners_keep_capacity()",
    "DROP FUNCTION partners_keep_delivery()",
    "DROP FUNCTION partners_keep_history()",
]
# Columns of a table that every distribution writes anew: squeezing them costs more than the disk that it saves.
SQUEEZED = [
    "partners",
    "flags",
    "capacity",
    "open_count",
    "minimum_revenue",
    "maximum_revenue",
    "latitude",
    "longitude",
    "delivered",
    "accepted",
    "declined",
    "expired",
    "returned",
    "won",
    "closed",
    "reported",
    "feedback",
    "stalled",
    "days",
]
PLAIN, USUAL = (
    "ALTER TABLE partners_distributiontable "
    + ", ".join(f"ALTER COLUMN {name} SET STORAGE {kind}" for name in SQUEEZED)
    for kind in ("EXTERNAL", "EXTENDED")
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalog", "0001_initial"),
        ("geo", "0001_initial"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DistributionTable",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "partners",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None, verbose_name="partners"
                    ),
                ),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), default=list, size=None, verbose_name="what was covered"
                    ),
                ),
                (
                    "capacity",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="capacity"
                    ),
                ),
                (
                    "open_count",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="open"
                    ),
                ),
                (
                    "minimum_revenue",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=3, max_digits=14, null=True),
                        default=list,
                        size=None,
                        verbose_name="revenue from",
                    ),
                ),
                (
                    "maximum_revenue",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=3, max_digits=14, null=True),
                        default=list,
                        size=None,
                        verbose_name="revenue to",
                    ),
                ),
                (
                    "latitude",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(null=True), default=list, size=None, verbose_name="latitude"
                    ),
                ),
                (
                    "longitude",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(null=True), default=list, size=None, verbose_name="longitude"
                    ),
                ),
                (
                    "delivered",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="delivered"
                    ),
                ),
                (
                    "accepted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="accepted"
                    ),
                ),
                (
                    "declined",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="declined"
                    ),
                ),
                (
                    "expired",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="expired"
                    ),
                ),
                (
                    "returned",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="returned"
                    ),
                ),
                (
                    "won",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="won"
                    ),
                ),
                (
                    "closed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="won or lost"
                    ),
                ),
                (
                    "reported",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=list,
                        size=None,
                        verbose_name="with a first progress report",
                    ),
                ),
                (
                    "feedback",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=list,
                        size=None,
                        verbose_name="with feedback of the customer",
                    ),
                ),
                (
                    "stalled",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="stalled"
                    ),
                ),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(),
                        default=list,
                        size=None,
                        verbose_name="days to close, all together",
                    ),
                ),
                (
                    "prior",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(null=True),
                        default=list,
                        size=None,
                        verbose_name="means of the programme",
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
                "verbose_name": "table of a distribution",
                "verbose_name_plural": "tables of distributions",
            },
        ),
        migrations.CreateModel(
            name="LeadType",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
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
                "verbose_name": "lead type",
                "verbose_name_plural": "lead types",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "name"),
                        name="lead_type_once",
                        violation_error_message="This lead type exists already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opportunity",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("is_exposed", models.BooleanField(default=False, verbose_name="Expose to Customer")),
                ("number", models.CharField(max_length=40, verbose_name="number")),
                ("topic", models.CharField(max_length=160, verbose_name="topic")),
                (
                    "prospect_name",
                    models.CharField(
                        blank=True,
                        help_text="The name of a customer that has no account yet.",
                        max_length=160,
                        verbose_name="prospect",
                    ),
                ),
                (
                    "prospect_person",
                    models.CharField(blank=True, max_length=160, verbose_name="contact person of the prospect"),
                ),
                (
                    "prospect_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail of the prospect"),
                ),
                ("prospect_phone", models.CharField(blank=True, max_length=40, verbose_name="phone of the prospect")),
                ("situation", models.TextField(blank=True, max_length=4000, verbose_name="current situation")),
                ("need", models.TextField(blank=True, max_length=4000, verbose_name="customer need")),
                ("solution", models.TextField(blank=True, max_length=4000, verbose_name="proposed solution")),
                (
                    "internal_notes",
                    models.TextField(
                        blank=True, help_text="Never shown to partners.", max_length=4000, verbose_name="internal notes"
                    ),
                ),
                (
                    "estimated_revenue",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="estimated revenue"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("estimated_close_date", models.DateField(blank=True, null=True, verbose_name="estimated close date")),
                (
                    "source",
                    models.CharField(
                        choices=[("distributed", "Distributed"), ("partner", "Created by the partner")],
                        default="distributed",
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_progress", "In progress"),
                            ("on_hold", "On hold"),
                            ("bidding", "Open for bidding"),
                            ("delivered", "Delivered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("won", "Won"),
                            ("purchased", "Purchased"),
                            ("canceled", "Canceled"),
                            ("out_sold", "Out-sold"),
                            ("returned", "Returned"),
                        ],
                        default="in_progress",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("prospect", "Prospect"),
                            ("contacting", "Contacting"),
                            ("interest", "Interest confirmed"),
                            ("quoting", "Quoting"),
                            ("closing", "Closing"),
                        ],
                        default="prospect",
                        max_length=12,
                        verbose_name="pipeline phase",
                    ),
                ),
                (
                    "is_ready",
                    models.BooleanField(
                        default=False,
                        help_text="The best partner gets it, and then the next best.",
                        verbose_name="ready for distribution",
                    ),
                ),
                ("request_key", models.UUIDField(blank=True, editable=False, null=True)),
                (
                    "external_number",
                    models.CharField(blank=True, max_length=60, verbose_name="number in another system"),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("moved_at", models.DateTimeField(verbose_name="phase changed")),
                ("active_at", models.DateTimeField(verbose_name="last activity")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="customer",
                    ),
                ),
                (
                    "lead_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.leadtype",
                        verbose_name="lead type",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.contact",
                        verbose_name="assigned to",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="partner",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        help_text="Left empty, the address of the customer counts.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="geo.place",
                        verbose_name="address",
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
                "verbose_name": "opportunity",
                "verbose_name_plural": "opportunities",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "number"),
                        name="opportunity_number_once",
                        violation_error_message="Another opportunity has this number.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_number", ""), _negated=True),
                        fields=("tenant", "external_number"),
                        name="opportunity_external_once",
                        violation_error_message="Another opportunity has this number in the other system.",
                    ),
                    models.UniqueConstraint(fields=("tenant", "request_key"), name="opportunity_request_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("customer__isnull", False), models.Q(("prospect_name", ""), _negated=True), _connector="OR"
                        ),
                        name="opportunity_of_somebody",
                        violation_error_message="Choose a customer, or name the prospect.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("estimated_revenue__isnull", True), ("estimated_revenue__gte", 0), _connector="OR"
                        ),
                        name="opportunity_revenue",
                        violation_error_message="The estimated revenue is not negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("status__in", ("won", "purchased", "canceled", "out_sold", "returned")),
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ("won", "purchased", "canceled", "out_sold", "returned")),
                                    _negated=True,
                                ),
                                ("closed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="opportunity_closed_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("partner__isnull", False),
                            models.Q(("status__in", ["delivered", "accepted"]), _negated=True),
                            _connector="OR",
                        ),
                        name="opportunity_with_partner",
                        violation_error_message="What is delivered or accepted is with a partner.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("partner__isnull", True),
                            models.Q(("status__in", ["bidding", "declined", "expired", "returned"]), _negated=True),
                            _connector="OR",
                        ),
                        name="opportunity_given_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "partner"), _negated=True),
                            models.Q(("is_ready", False), ("partner__isnull", False)),
                            _connector="OR",
                        ),
                        name="opportunity_own_stays",
                        violation_error_message="What a partner created stays with it and is not distributed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("owner__isnull", True), ("partner__isnull", False), _connector="OR"),
                        name="opportunity_owner_of_partner",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["tenant", "partner", "-created_at", "-id"], name="opportunity_of_partner"),
                    models.Index(fields=["tenant", "-created_at", "-id"], name="opportunity_recent"),
                    models.Index(fields=["tenant", "owner"], name="opportunity_of_owner"),
                    models.Index(
                        condition=models.Q(("is_ready", True), ("partner__isnull", True), ("status", "in_progress")),
                        fields=["tenant", "created_at", "id"],
                        name="opportunity_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DistributionRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("ready", "Ready for distribution"),
                            ("declined", "Declined by the partner before"),
                            ("expired", "Not answered by the partner before"),
                            ("returned", "Returned by the partner before"),
                            ("staff", "Asked for by staff"),
                            ("manual", "Partner chosen by staff"),
                        ],
                        max_length=12,
                        verbose_name="occasion",
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=1, verbose_name="attempt")),
                ("score", models.FloatField(blank=True, null=True, verbose_name="sum")),
                ("partner_count", models.PositiveIntegerField(verbose_name="partners")),
                ("available_count", models.PositiveIntegerField(verbose_name="available")),
                ("asked", models.JSONField(default=dict, verbose_name="asked for")),
                ("weights", models.JSONField(default=dict, verbose_name="weights")),
                ("at", models.DateTimeField(verbose_name="at")),
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
                        verbose_name="by",
                    ),
                ),
                (
                    "winner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="partner",
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.distributiontable",
                        verbose_name="table",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="partners.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
            ],
            options={
                "verbose_name": "distribution",
                "verbose_name_plural": "distributions",
                "indexes": [
                    models.Index(fields=["tenant", "opportunity", "-at", "-id"], name="runs_of_opportunity"),
                    models.Index(fields=["tenant", "-at", "-id"], name="run_recent"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("delivered", "Waits for an answer"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("returned", "Returned"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                        ],
                        default="delivered",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("delivered_at", models.DateTimeField(verbose_name="delivered")),
                ("expires_at", models.DateTimeField(verbose_name="answer due")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="reminded")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted or declined")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                ("moved_at", models.DateTimeField(blank=True, null=True, verbose_name="last change of phase")),
                ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="first progress report")),
                ("feedback_at", models.DateTimeField(blank=True, null=True, verbose_name="feedback of the customer")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "decline_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_time", "No time"),
                            ("too_far", "Too far away"),
                            ("not_our_work", "Not our kind of work"),
                            ("no_interest", "No interest"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                        verbose_name="reason for declining",
                    ),
                ),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_interest", "No interest"),
                            ("no_response", "No response"),
                            ("later", "Purchase timeframe over 12 months"),
                            ("competitor", "Purchased from competitor"),
                            ("other_partner", "Purchased from other partner"),
                            ("no_funding", "No funding"),
                            ("bad_contact", "Bad contact info"),
                        ],
                        max_length=20,
                        verbose_name="reason for return",
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=400, verbose_name="comment")),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="partner",
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
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.distributionrun",
                        verbose_name="distribution",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="partners.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome__in", ("delivered", "accepted", "won", "lost"))),
                        fields=("tenant", "opportunity"),
                        name="delivery_one_partner_at_a_time",
                        violation_error_message="Another partner has this opportunity.",
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "opportunity", "partner"),
                        name="delivery_partner_once",
                        violation_error_message="This partner had the opportunity before.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("delivered_at"))), name="delivery_due"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("accepted_at__isnull", True), ("outcome__in", ["delivered", "declined", "expired"])
                            ),
                            models.Q(
                                ("accepted_at__isnull", False),
                                ("moved_at__isnull", False),
                                ("outcome__in", ["accepted", "returned", "won", "lost"]),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_accepted_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("outcome__in", ("delivered", "accepted"))),
                            models.Q(
                                models.Q(("outcome__in", ("delivered", "accepted")), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_ended_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decline_reason", ""), ("outcome", "declined"), _connector="OR"),
                            models.Q(("return_reason", ""), ("outcome", "returned"), _connector="OR"),
                        ),
                        name="delivery_reasons",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "delivered")),
                        fields=["tenant", "expires_at", "id"],
                        name="delivery_due_next",
                    ),
                    models.Index(
                        condition=models.Q(("outcome__in", ("delivered", "accepted"))),
                        fields=["tenant", "partner"],
                        name="delivery_open_of_partner",
                    ),
                    models.Index(
                        condition=models.Q(("outcome", "accepted")),
                        fields=["tenant", "moved_at"],
                        name="delivery_stalling",
                    ),
                    models.Index(fields=["tenant", "partner", "-delivered_at", "-id"], name="delivery_of_partner"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DealRegistration",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("requested", "Requested"), ("approved", "Approved"), ("rejected", "Rejected")],
                        default="requested",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="why the deal is the partner's")),
                ("requested_at", models.DateTimeField(verbose_name="requested")),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Shown to the partner.", max_length=400, verbose_name="reason"
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.contact",
                        verbose_name="requested by",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
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
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registrations",
                        to="partners.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
            ],
            options={
                "verbose_name": "deal registration",
                "verbose_name_plural": "deal registrations",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "rejected"), _negated=True),
                        fields=("tenant", "opportunity"),
                        name="registration_standing_once",
                        violation_error_message="The deal is registered, or asked for, already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("status", "requested")),
                            models.Q(models.Q(("status", "requested"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="registration_decided_since",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["tenant", "status", "requested_at", "id"], name="registration_waiting")
                ],
            },
        ),
        migrations.CreateModel(
            name="Collaborator",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(verbose_name="invited")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="partner",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
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
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="collaborators",
                        to="partners.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
            ],
            options={
                "verbose_name": "collaborating partner",
                "verbose_name_plural": "collaborating partners",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "opportunity", "account"),
                        name="collaborator_once",
                        violation_error_message="This partner works on it already.",
                    )
                ],
                "indexes": [models.Index(fields=["tenant", "account"], name="collaborations_of_partner")],
            },
        ),
        migrations.CreateModel(
            name="OpportunityContact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("full_name", models.CharField(max_length=160, verbose_name="name")),
                ("position", models.CharField(blank=True, max_length=120, verbose_name="position")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("created_at", models.DateTimeField(verbose_name="added")),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="partners.opportunity",
                        verbose_name="opportunity",
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
                "verbose_name": "contact of an opportunity",
                "verbose_name_plural": "contacts of opportunities",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email", ""), _negated=True),
                        fields=("tenant", "opportunity", "email"),
                        name="opportunity_contact_once",
                        violation_error_message="Somebody with this e-mail is listed already.",
                    )
                ],
                "indexes": [
                    models.Index(fields=["tenant", "opportunity", "created_at", "id"], name="contacts_of_opportunity")
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("delivered", "Delivered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("returned", "Returned to the network"),
                            ("phase", "Phase changed"),
                            ("hold", "Put on hold"),
                            ("note", "Note"),
                            ("contact", "Contact added"),
                            ("assigned", "Assigned"),
                            ("shared", "Shared"),
                            ("unshared", "No longer shared"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("canceled", "Canceled"),
                            ("reopened", "Reopened"),
                            ("registration", "Deal registration"),
                            ("feedback", "Feedback of the customer"),
                            ("staff", "Handed to staff"),
                        ],
                        max_length=12,
                        verbose_name="what happened",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="text")),
                ("before", models.CharField(blank=True, max_length=200, verbose_name="from")),
                ("after", models.CharField(blank=True, max_length=200, verbose_name="to")),
                ("name", models.CharField(blank=True, max_length=160, verbose_name="by")),
                ("is_internal", models.BooleanField(default=False, verbose_name="for staff only")),
                ("request_key", models.UUIDField(blank=True, editable=False, null=True)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="partners.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="partner",
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
                        verbose_name="login",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the history",
                "verbose_name_plural": "history",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "request_key"), name="opportunity_event_request_once")
                ],
                "indexes": [models.Index(fields=["tenant", "opportunity", "-at", "-id"], name="events_of_opportunity")],
            },
        ),
        migrations.CreateModel(
            name="OpportunityProduct",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="products",
                        to="partners.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="product",
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
                "verbose_name": "product of an opportunity",
                "verbose_name_plural": "products of opportunities",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "product"),
                        name="opportunity_product_once",
                        violation_error_message="The product is listed already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunitySeller",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(verbose_name="shared")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.contact",
                        verbose_name="shared with",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sellers",
                        to="partners.opportunity",
                        verbose_name="opportunity",
                    ),
                ),
                (
                    "shared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="shared by",
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
                "verbose_name": "colleague on an opportunity",
                "verbose_name_plural": "colleagues on opportunities",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "opportunity", "contact"),
                        name="opportunity_seller_once",
                        violation_error_message="The opportunity is shared with this colleague already.",
                    )
                ],
                "indexes": [models.Index(fields=["tenant", "contact"], name="opportunities_of_seller")],
            },
        ),
        migrations.CreateModel(
            name="OpportunityShare",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("shared_at", models.DateTimeField(verbose_name="shared")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="partners.opportunity",
                        verbose_name="record",
                    ),
                ),
                ("permission", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission")),
                (
                    "shared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="shared by",
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
                "verbose_name": "share",
                "verbose_name_plural": "shared with",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contact", "content_object", "permission"),
                        name="partners_opportunityshare_once",
                        violation_error_message="The record is shared with this contact already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerProgramme",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "membership",
                    models.CharField(
                        choices=[("candidate", "Candidate"), ("member", "Member"), ("former", "Former member")],
                        default="member",
                        max_length=12,
                        verbose_name="membership",
                    ),
                ),
                ("since_date", models.DateField(verbose_name="since")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Switch it off to let a member pause.",
                        verbose_name="receives opportunities",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Distributed opportunities at a time, those that wait for an answer included.",
                        verbose_name="capacity",
                    ),
                ),
                (
                    "minimum_revenue",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="estimated revenue from"
                    ),
                ),
                (
                    "maximum_revenue",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="estimated revenue to"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="partner",
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
                "verbose_name": "partner in the programme",
                "verbose_name_plural": "partners in the programme",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "account"),
                        name="programme_account_once",
                        violation_error_message="This account is in the programme already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__lte", 1000)),
                        name="programme_capacity",
                        violation_error_message="The capacity is 1,000 at most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("minimum_revenue__isnull", True), ("minimum_revenue__gte", 0), _connector="OR"),
                            models.Q(("maximum_revenue__isnull", True), ("maximum_revenue__gte", 0), _connector="OR"),
                            models.Q(
                                ("minimum_revenue__isnull", True),
                                ("maximum_revenue__isnull", True),
                                ("minimum_revenue__lte", models.F("maximum_revenue")),
                                _connector="OR",
                            ),
                        ),
                        name="programme_revenue",
                        violation_error_message="The range of revenue ends after it begins and is not negative.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerProduct",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="product",
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
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="products",
                        to="partners.partnerprogramme",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "product of a partner",
                "verbose_name_plural": "products of partners",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "product"),
                        name="partner_product_once",
                        violation_error_message="The product is listed already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerLeadType",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "lead_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partners.leadtype",
                        verbose_name="lead type",
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
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_types",
                        to="partners.partnerprogramme",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "lead type of a partner",
                "verbose_name_plural": "lead types of partners",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "lead_type"),
                        name="partner_lead_type_once",
                        violation_error_message="The lead type is listed already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("open_count", models.PositiveIntegerField(default=0, verbose_name="open")),
                ("delivered", models.PositiveIntegerField(default=0, verbose_name="delivered")),
                ("accepted", models.PositiveIntegerField(default=0, verbose_name="accepted")),
                ("declined", models.PositiveIntegerField(default=0, verbose_name="declined")),
                ("expired", models.PositiveIntegerField(default=0, verbose_name="expired")),
                ("returned", models.PositiveIntegerField(default=0, verbose_name="returned")),
                ("won", models.PositiveIntegerField(default=0, verbose_name="won")),
                ("closed", models.PositiveIntegerField(default=0, verbose_name="won or lost")),
                ("reported", models.PositiveIntegerField(default=0, verbose_name="with a first progress report")),
                ("feedback", models.PositiveIntegerField(default=0, verbose_name="with feedback of the customer")),
                ("days", models.FloatField(default=0, verbose_name="days to close, all together")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partners.partnerprogramme",
                        verbose_name="partner",
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
                "verbose_name": "record of a partner",
                "verbose_name_plural": "records of partners",
                "constraints": [models.UniqueConstraint(fields=("tenant", "programme"), name="partner_record_once")],
            },
        ),
        migrations.CreateModel(
            name="PartnerSettings",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "is_automatic",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise opportunities wait until staff deliver them.",
                        verbose_name="distribute what is ready by itself",
                    ),
                ),
                (
                    "weight_distance",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("-0.005"),
                        help_text="distribution/weights/distance",
                        max_digits=6,
                        verbose_name="weight of the distance",
                    ),
                ),
                (
                    "weight_win_rate",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("2.5"),
                        help_text="distribution/weights/winrate",
                        max_digits=6,
                        verbose_name="weight of the win rate",
                    ),
                ),
                (
                    "weight_return_rate",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("-2.5"),
                        help_text="distribution/weights/returnrate",
                        max_digits=6,
                        verbose_name="weight of the return rate",
                    ),
                ),
                (
                    "weight_feedback_rate",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("2.5"),
                        help_text="distribution/weights/feedbackrate",
                        max_digits=6,
                        verbose_name="weight of the feedback rate",
                    ),
                ),
                (
                    "weight_stall_rate",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("-2.5"),
                        help_text="distribution/weights/stallrate",
                        max_digits=6,
                        verbose_name="weight of the stall rate",
                    ),
                ),
                (
                    "weight_touch_rate",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("2.5"),
                        help_text="distribution/weights/touchrate",
                        max_digits=6,
                        verbose_name="weight of the touch rate",
                    ),
                ),
                (
                    "weight_days_to_close",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("-0.25"),
                        help_text="distribution/weights/avgtimetoclose",
                        max_digits=6,
                        verbose_name="weight of the average time to close",
                    ),
                ),
                (
                    "expiry_hours",
                    models.PositiveSmallIntegerField(
                        default=72, help_text="distribution/expiry-hours", verbose_name="an answer is due after (hours)"
                    ),
                ),
                (
                    "maximum_deliveries",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="distribution/max-deliveries",
                        verbose_name="partners asked before staff take over",
                    ),
                ),
                (
                    "reminder_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="distribution/reminder-hours",
                        verbose_name="partners are reminded before the expiry by (hours)",
                    ),
                ),
                (
                    "overdue_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="alerts/inactivity-in-days-for-overdue",
                        verbose_name="overdue after (days without activity)",
                    ),
                ),
                (
                    "stalled_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        help_text="alerts/inactivity-in-days-for-potentially-stalled",
                        verbose_name="potentially stalled after (days without activity)",
                    ),
                ),
                (
                    "feedback_days",
                    models.PositiveSmallIntegerField(
                        default=14, verbose_name="customers are asked for feedback after (days from acceptance)"
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
                "verbose_name": "settings of the partner programme",
                "verbose_name_plural": "settings of the partner programme",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant",),
                        name="one_partner_settings_a_tenant",
                        violation_error_message="The company has its settings already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_distance__gte", Decimal("-0.01")), ("weight_distance__lte", Decimal("0.0"))
                        ),
                        name="partner_weight_distance",
                        violation_error_message="The weight of the distance is from -0.01 to 0.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_win_rate__gte", Decimal("0.0")), ("weight_win_rate__lte", Decimal("5.0"))
                        ),
                        name="partner_weight_win_rate",
                        violation_error_message="The weight of the win rate is from 0 to 5.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_return_rate__gte", Decimal("-5.0")), ("weight_return_rate__lte", Decimal("0.0"))
                        ),
                        name="partner_weight_return_rate",
                        violation_error_message="The weight of the return rate is from -5 to 0.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_feedback_rate__gte", Decimal("0.0")), ("weight_feedback_rate__lte", Decimal("5.0"))
                        ),
                        name="partner_weight_feedback_rate",
                        violation_error_message="The weight of the feedback rate is from 0 to 5.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_stall_rate__gte", Decimal("-5.0")), ("weight_stall_rate__lte", Decimal("0.0"))
                        ),
                        name="partner_weight_stall_rate",
                        violation_error_message="The weight of the stall rate is from -5 to 0.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_touch_rate__gte", Decimal("0.0")), ("weight_touch_rate__lte", Decimal("5.0"))
                        ),
                        name="partner_weight_touch_rate",
                        violation_error_message="The weight of the touch rate is from 0 to 5.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_days_to_close__gte", Decimal("-0.5")),
                            ("weight_days_to_close__lte", Decimal("0.0")),
                        ),
                        name="partner_weight_days_to_close",
                        violation_error_message="The weight of the average time to close is from -0.5 to 0.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expiry_hours__gte", 1),
                            ("expiry_hours__lte", 2160),
                            ("reminder_hours__lt", models.F("expiry_hours")),
                            ("maximum_deliveries__gte", 1),
                            ("maximum_deliveries__lte", 50),
                        ),
                        name="partner_expiry",
                        violation_error_message="An answer is due after 1 to 2,160 hours, the reminder goes out after the delivery, and 1 to 50 partners are asked.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("overdue_days__gt", models.F("stalled_days")),
                            ("overdue_days__lte", 730),
                            ("stalled_days__gte", 1),
                            ("feedback_days__lte", 365),
                        ),
                        name="partner_alerts",
                        violation_error_message="Potentially stalled comes from 1 day on and before overdue, which is at most 730 days; feedback is asked for within 365 days.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerTerritory",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="territories",
                        to="partners.partnerprogramme",
                        verbose_name="partner",
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
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="geo.territory",
                        verbose_name="territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "territory of a partner",
                "verbose_name_plural": "territories of partners",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "territory"),
                        name="partner_territory_once",
                        violation_error_message="The territory is listed already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerFeedback",
            fields=[
                (
                    "id",
                    models.UUIDField(default=portal.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("rating", models.PositiveSmallIntegerField(verbose_name="rating")),
                ("comment", models.TextField(blank=True, max_length=2000, verbose_name="comment")),
                ("created_at", models.DateTimeField(verbose_name="given")),
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
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="partners.delivery",
                        verbose_name="delivery",
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback on a partner",
                "verbose_name_plural": "feedback on partners",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "delivery"),
                        name="partner_feedback_once",
                        violation_error_message="Feedback was given already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rating__gte", 1), ("rating__lte", 5)),
                        name="partner_feedback_rating",
                        violation_error_message="A rating is from 1 to 5.",
                    ),
                ],
            },
        ),
        *protect(
            "Collaborator",
            "CustomerFeedback",
            "DealRegistration",
            "Delivery",
            "DistributionRun",
            "DistributionTable",
            "LeadType",
            "Opportunity",
            "OpportunityContact",
            "OpportunityEvent",
            "OpportunityProduct",
            "OpportunitySeller",
            "OpportunityShare",
            "PartnerLeadType",
            "PartnerProduct",
            "PartnerProgramme",
            "PartnerRecord",
            "PartnerSettings",
            "PartnerTerritory",
        ),
        migrations.RunSQL(sql=GUARDS, reverse_sql=NO_GUARDS),
        migrations.RunSQL(sql=PLAIN, reverse_sql=USUAL),
    ]
