"""Celery by name after commit. A broker that is away costs speed, never work: the sweep finds the row (D5)."""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)


def after_commit(task_name: str, *ids) -> None:
    """Send the task `task_name` with `ids` (as text) once the present transaction has committed."""
    arguments = [str(each) for each in ids]
    transaction.on_commit(lambda: send(task_name, *arguments))


def send(task_name: str, *ids: str) -> None:
    """Send now; a broker that does not answer is logged, not raised."""
    try:
        current_app.send_task(task_name, args=ids, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("broker_unavailable", task=task_name, error=type(error).__name__)
