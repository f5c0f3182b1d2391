"""Proof of life of the worker and the scheduler, by a real task (OPS-3)."""

from django.db import models


class Heartbeat(models.Model):
    """When a part of the system last did a real task. Platform data, no tenant's."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    class Meta:
        constraints = []

    def __str__(self):
        return self.name
