"""Where each record stands in the exchange, and what changed since (INT-2, INT-3)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from integrations.enums import RowState
from integrations.models.tasks import IntegrationTask
from portal.tenancy.models import TenantModel


class RecordChange(TenantModel):
    """A change of a table that a task watches, written by the trigger in the transaction of the change; taken away by the next run.

    Only ever added to: whoever changes records never waits for the exchange. `path` is that of the watch.
    """

    task = models.ForeignKey(IntegrationTask, on_delete=models.CASCADE, related_name="+", verbose_name=_("task"))
    path = models.CharField(_("path"), max_length=200, blank=True)
    changed_id = models.UUIDField(_("changed"))
    noted_at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("noted change")
        verbose_name_plural = _("noted changes")
        indexes = [models.Index(fields=["tenant", "task", "path"], name="record_change_of_task")]

    def __str__(self):
        return str(self.changed_id)


class SyncRow(TenantModel):
    """A record of ours, or one of theirs, in one task.

    `version` counts the changes noted; `sent_version` is the one that `values` are of: what both sides last agreed on,
    in the other side's names going out and in ours coming in, with their `digest` and the other side's `etag`. `key` is in
    the other side's names, `external_key` the same in a text without the legal entity. A row that `is_uncertain` was sent
    without an answer: it is read back before anything is sent again. `compared_at` is when a reconciliation found it there. One with a `waits_table` waits until the record
    `waits_key` there is exchanged. `claim` is whoever is sending it. `due_at` is when it may be tried, while it is sent
    the end of the sender's lease.
    """

    task = models.ForeignKey(IntegrationTask, on_delete=models.CASCADE, related_name="rows", verbose_name=_("task"))
    record_id = models.UUIDField(_("record"), null=True, blank=True)
    record_key = models.CharField(_("our key"), max_length=200, blank=True)
    external_key = models.CharField(_("their key"), max_length=400, blank=True)
    key = models.JSONField(_("their key in full"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RowState.choices, default=RowState.WAITING)
    version = models.PositiveBigIntegerField(_("version"), default=1)
    sent_version = models.PositiveBigIntegerField(_("version exchanged"), default=0)
    is_linked = models.BooleanField(_("exists on both sides"), default=False)
    is_uncertain = models.BooleanField(_("answer lost"), default=False)
    attempts = models.PositiveIntegerField(_("failed attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    problem = models.CharField(_("reason"), max_length=500, blank=True)
    waits_table = models.CharField(_("waits for"), max_length=60, blank=True)
    waits_key = models.CharField(_("waits for record"), max_length=200, blank=True)
    values = models.JSONField(_("values agreed"), default=dict, blank=True)
    digest = models.CharField(_("fingerprint"), max_length=64, blank=True)
    etag = models.CharField(_("their version"), max_length=200, blank=True)
    claim = models.UUIDField(_("claim"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last step"))
    compared_at = models.DateTimeField(_("found there"), null=True, blank=True)

    class Meta:
        verbose_name = _("exchanged record")
        verbose_name_plural = _("exchanged records")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "task", "record_id"],
                name="sync_row_record_once",
                violation_error_message=_("The task has this record already."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "task", "external_key"],
                condition=~Q(external_key=""),
                name="sync_row_key_once",
                violation_error_message=_("Another record has this key on the other side."),
            ),
            models.CheckConstraint(
                name="sync_row_claimed",
                condition=Q(state=RowState.SENDING, claim__isnull=False)
                | (~Q(state=RowState.SENDING) & Q(claim__isnull=True)),
                violation_error_message=_("A row is claimed while it is sent, and only then."),
            ),
            models.CheckConstraint(
                name="sync_row_says_why",
                condition=~Q(state=RowState.PARKED) | ~Q(problem=""),
                violation_error_message=_("A parked row says why."),
            ),
            models.CheckConstraint(
                name="sync_row_names_something",
                condition=Q(record_id__isnull=False) | ~Q(external_key=""),
                violation_error_message=_("A row names a record of one side at least."),
            ),
            models.CheckConstraint(
                name="sync_row_versions",
                condition=Q(sent_version__lte=F("version")),
                violation_error_message=_("What was not noted was not sent."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "task", "due_at", "id"],
                condition=Q(state__in=[RowState.WAITING, RowState.SENDING]),
                name="sync_row_due",
            ),
            models.Index(
                fields=["tenant", "task", "-changed_at", "-id"],
                condition=Q(state=RowState.PARKED),
                name="sync_row_parked",
            ),
            models.Index(fields=["tenant", "task", "record_key"], name="sync_row_by_our_key"),
            models.Index(
                fields=["tenant", "waits_table", "waits_key"], condition=~Q(waits_table=""), name="sync_row_blocked"
            ),
            models.Index(fields=["tenant", "record_id"], name="sync_row_of_record"),
        ]

    def __str__(self):
        return self.record_key or self.external_key or str(self.record_id)
