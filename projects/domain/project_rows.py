"""What a row of an import of projects may say: the project, and one of its phases or tasks (OPS-4)."""

from fieldservice.domain.document_rows import day
from portal.kit.csv_cells import Column, choice, flag, line, text, whole
from projects.domain.projects import COMMENT_LENGTH
from projects.enums import Health, ProjectStage, TaskKind

HEAD_COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("account_number", line(40), is_required=True),
    Column("name", line(160), is_required=True),
    Column("stage", choice(ProjectStage.values), empty=ProjectStage.NEW.value),
    Column("health", choice(Health.values), empty=Health.GREEN.value),
    Column("health_comment", text(COMMENT_LENGTH)),
    Column("starts_date", day, empty=None),
    Column("ends_date", day, empty=None),
    Column("created_date", day, empty=None),
    Column("closed_date", day, empty=None),
    Column("location", line(160)),
    Column("manager_number", line(60)),
    Column("description", text(4000)),
    Column("internal_notes", text(4000)),
    Column("is_exposed", flag, empty=False),
)
PIECE_COLUMNS = (
    Column("phase", line(160)),
    Column("phase_starts_date", day, empty=None),
    Column("phase_ends_date", day, empty=None),
    Column("task", line(200)),
    Column("task_kind", choice(TaskKind.values), empty=TaskKind.TASK.value),
    Column("task_starts_date", day, empty=None),
    Column("task_ends_date", day, empty=None),
    Column("task_effort_minutes", whole(1_000_000), empty=0),
    Column("task_progress_percent", whole(100), empty=0),
    Column("task_description", text(2000)),
    Column("task_internal_notes", text(2000)),
    Column("task_is_shown", flag, empty=True),
)
COLUMNS = (*HEAD_COLUMNS, *PIECE_COLUMNS)
