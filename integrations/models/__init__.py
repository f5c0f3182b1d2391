"""Connections, projects with their tasks and fields, where each record stands in the exchange, and what ran."""

from integrations.models.connections import Connection
from integrations.models.projects import IntegrationProject
from integrations.models.rows import RecordChange, SyncRow
from integrations.models.runs import Discrepancy, RowEvent, SyncRun, TaskRun
from integrations.models.tasks import IntegrationTask, MappedField, TableWatch, TaskPosition

__all__ = [
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
]
