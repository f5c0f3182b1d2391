"""A work order with the people around it, and a disk of its own."""

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.timeline.domain.uploads import check_upload
from tests.factories.accounts import make_approver, make_reviewer, make_staff
from tests.factories.fieldservice import make_work_order


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    """Files of this test only."""
    place = tmp_path / "files"
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(place)}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    return place


@pytest.fixture
def approver(in_tenant):
    return make_approver(full_name="Ana Approver")


@pytest.fixture
def reviewer(approver):
    return make_reviewer(account=approver.account)


@pytest.fixture
def staff(in_tenant):
    return make_staff()


@pytest.fixture
def people(approver, reviewer, staff):
    """Everybody around the work order."""
    return SimpleNamespace(approver=approver, reviewer=reviewer, staff=staff)


@pytest.fixture
def work_order(approver):
    return make_work_order(account=approver.account)


@pytest.fixture
def checked():
    """`checked(name, content)`: a file that passed the checks."""
    return lambda name="note.txt", content=b"Boiler room, left door": check_upload(SimpleUploadedFile(name, content))
