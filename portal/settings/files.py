"""Where files lie. Those of records: outside the web root, readable by the portal's own user only (SECURITY 33)."""

from pathlib import Path

from portal.settings import env

PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
PACKED_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
MEGABYTE = 1024 * 1024
# The longest request that is read: what a form may bring at once, and a little for what is typed.
LARGEST_BODY_BYTES = 60 * MEGABYTE
# What the files of one account may take.
QUOTA_BYTES = env.integer("FILE_QUOTA_MB", 2048, minimum=1, maximum=1_000_000) * MEGABYTE


def storages(var: Path, *, static: str = PLAIN_STATIC) -> dict:
    """Django's STORAGES; "files" is for the files of records, in FILES_ROOT or below `var`."""
    disk = "django.core.files.storage.FileSystemStorage"
    options = {
        "location": env.text("FILES_ROOT", str(var / "files")),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    }
    return {
        "default": {"BACKEND": disk},
        "staticfiles": {"BACKEND": static},
        "files": {"BACKEND": disk, "OPTIONS": options},
    }
