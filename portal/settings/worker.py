"""How Celery works: every task may run twice, none is trusted with what only a row may hold (SECURITY 19, 20)."""

from celery.schedules import crontab

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_connect_timeout": 2, "max_retries": 1}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
NIGHTLY = crontab(hour=3, minute=20)
CELERY_BEAT_SCHEDULE = {
    "notifications.sweep": {"task": "notifications.sweep", "schedule": 15.0},
    "portal.heartbeat": {"task": "portal.heartbeat", "schedule": 15.0},
    "geo.locate_due": {"task": "geo.locate_due", "schedule": 600.0},
    "fieldservice.generate": {"task": "portal.each_tenant", "args": ["fieldservice.generate"], "schedule": 900.0},
    "scheduling.release_holds": {"task": "portal.each_tenant", "args": ["scheduling.release_holds"], "schedule": 60.0},
    "scheduling.forget_positions": {
        "task": "portal.each_tenant",
        "args": ["scheduling.forget_positions"],
        "schedule": 300.0,
    },
    "scheduling.align_reminders": {
        "task": "portal.each_tenant",
        "args": ["scheduling.align_reminders"],
        "schedule": NIGHTLY,
    },
    "scheduling.replan": {"task": "portal.each_tenant", "args": ["scheduling.replan_sweep"], "schedule": 300.0},
    "scheduling.lateness": {
        "task": "portal.each_tenant",
        "args": ["scheduling.follow_lateness"],
        "schedule": 60.0,
    },
    "scheduling.earlier": {"task": "portal.each_tenant", "args": ["scheduling.earlier_sweep"], "schedule": 60.0},
    "partners.sweep": {"task": "portal.each_tenant", "args": ["partners.sweep"], "schedule": 60.0},
    "integrations.sweep": {"task": "portal.each_tenant", "args": ["integrations.sweep"], "schedule": 30.0},
    "timeline.sweep_orphans": {"task": "portal.each_tenant", "args": ["timeline.sweep_orphans"], "schedule": NIGHTLY},
}
