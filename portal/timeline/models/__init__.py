"""Entries and their files."""

from portal.timeline.models.attachments import Attachment
from portal.timeline.models.entries import Entry

__all__ = ["Attachment", "Entry"]
