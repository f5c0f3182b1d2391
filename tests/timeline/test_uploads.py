"""The hostile corpus (SECURITY 33, W-11): nothing active is kept, no metadata is left, memory stays flat."""

import io
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.kit.errors import DomainError
from portal.timeline.domain.uploads import check_upload
from portal.timeline.engine import images
from portal.timeline.engine.names import clean_name
from portal.timeline.engine.types import TEXT
from tests.architecture.sources import ROOT
from tests.timeline.corpus import CLEANED, GOOD, NAMES, REFUSED, SCRIPT, located, made, picture


def kept(name, content):
    checked = check_upload(SimpleUploadedFile(name, content))
    checked.content.seek(0)
    return checked, checked.content.read()


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_kept_as_what_it_is(name):
    content, content_type = GOOD[name]

    checked, read = kept(name, content)

    assert (checked.content_type, checked.name) == (content_type, name)
    assert checked.size == len(read) > 0
    assert len(checked.sha256) == 64


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_by_its_name(name):
    content, told = REFUSED[name]

    with pytest.raises(DomainError, match=told) as error:
        check_upload(SimpleUploadedFile(name, made(content), "image/jpeg"))
    assert error.value.field == "files"
    assert name in error.value.message


@pytest.mark.parametrize("name", CLEANED)
def test_only_the_picture_is_left_of_a_picture(name):
    _checked, read = kept(name, CLEANED[name])

    assert SCRIPT not in read
    assert b"Canary" not in read
    with Image.open(io.BytesIO(read)) as left:
        assert dict(left.getexif()) == {}
        assert not {"exif", "comment", "xmp", "icc_profile"} & set(left.info)


def test_a_picture_stands_upright_without_its_metadata():
    with Image.open(io.BytesIO(kept("a.jpg", located(orientation=6))[1])) as left:
        assert left.size == (48, 64)


def test_the_type_that_is_stated_and_the_name_decide_nothing():
    checked, _read = kept("page.html", picture("PNG"))

    assert (checked.content_type, checked.name) == ("image/png", "page.html.png")
    assert kept("photo.png", picture("JPEG"))[0].content_type == "image/jpeg"


def test_old_encodings_become_utf_8():
    assert kept("a.txt", "Größe".encode("cp1252"))[1].decode() == "Größe"


@pytest.mark.parametrize("name", NAMES)
def test_names_are_cleaned(name):
    assert clean_name(name, TEXT) == NAMES[name]


def test_a_long_name_is_cut_in_a_message():
    with pytest.raises(DomainError, match=r"x{60}…") as error:
        check_upload(SimpleUploadedFile("x" * 100, b"\0"))
    assert "x" * 61 not in error.value.message


def test_the_limit_of_pixels_is_what_refuses(monkeypatch):
    """Control: the picture is fine but for its size."""
    monkeypatch.setattr(images, "MOST_PIXELS", 64 * 48 - 1)

    with pytest.raises(DomainError, match="too many pixels"):
        kept("a.png", picture("PNG"))


MEASURE = """
import io, resource
from PIL import Image
from portal.timeline.engine.checks import check
from tests.timeline.corpus import REFUSED, made
content = io.BytesIO()
Image.new("RGB", (8600, 5800), "#336699").save(content, "JPEG", quality=30)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
check(content, "large.jpg")
for name, (content, _told) in REFUSED.items():
    try:
        check(io.BytesIO(made(content)), name)
    except Exception as error:
        assert type(error).__name__ == "Unfit", name
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, before // 1024)
"""


@pytest.mark.slow
def test_the_corpus_and_the_largest_picture_need_bounded_memory():
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )

    grown, _before = map(int, done.stdout.split())
    assert grown < 300


def test_corpus_is_large_enough():
    assert len(REFUSED) + len(CLEANED) + len(NAMES) >= 60
