"""Office documents are zip archives: what is inside is looked at before anybody's program unpacks it (SECURITY 33)."""

import re
import struct
import zipfile
import zlib
from typing import BinaryIO

from portal.timeline.engine.types import CALC, EXCEL, IMPRESS, POWERPOINT, WORD, WRITER, Kind, Unfit, Why

MOST_UNPACKED_BYTES = 100 * 1024 * 1024
MOST_MEMBERS = 3000
STEP = 256 * 1024
MAGIC = b"PK\x03\x04"
END = b"PK\x05\x06"
END_LENGTH = 22
LOCK_FLAG = 0x1
CONTENTS = "[Content_Types].xml"
# The member that makes an archive a document of Microsoft's programs.
MAIN_PARTS = {"word/document.xml": WORD, "xl/workbook.xml": EXCEL, "ppt/presentation.xml": POWERPOINT}
# What a member named "mimetype" says in an OpenDocument.
OPEN_DOCUMENTS = {each.content_type.encode(): each for each in (WRITER, CALC, IMPRESS)}
LONGEST_TYPE = 100
# Macros, controls, and files inside other than the table behind a diagram.
ACTIVE_PART = re.compile(
    r"(^|/)(vba(project|data)|activex/|macrosheets/|basic/|scripts/|embeddings/(?!.*\.(xls|doc|ppt)x$))", re.IGNORECASE
)
# A part that is fetched from elsewhere when the document is opened; links to click on are none.
FETCHED = re.compile(
    rb'/(attachedTemplate|oleObject|frame|subDocument|externalLinkPath)"[^>]*TargetMode\s*=\s*"External"'
)
RELATIONS = ".rels"
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError, struct.error, zlib.error)


def document_kind(file: BinaryIO, size: int) -> Kind:
    """Which office document the archive is. Raises Unfit for any other archive, and for one that does not do as it says."""
    try:
        check_ends(file, size)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            check_members(members)
            kind = kind_of(archive, {each.filename for each in members})
            for member in members:
                unpack(archive, member)
    except BROKEN as error:
        raise Unfit(Why.DAMAGED) from error
    return kind


def check_ends(file: BinaryIO, size: int) -> None:
    """Nothing stands before the archive or behind it: no second file hides there."""
    file.seek(max(size - END_LENGTH, 0))
    tail = file.read(END_LENGTH)
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC or not tail.startswith(END):
        raise Unfit(Why.DAMAGED)
    _magic, disk, start_disk, _here, _all, length, offset, _comment = struct.unpack("<4s4H2LH", tail)
    if disk or start_disk or offset + length != size - END_LENGTH:
        raise Unfit(Why.DAMAGED)


def check_members(members: list[zipfile.ZipInfo]) -> None:
    """Few enough, small enough, none locked, active or named out of the archive."""
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > MOST_UNPACKED_BYTES:
        raise Unfit(Why.UNPACKED)
    for each in members:
        if each.flag_bits & LOCK_FLAG:
            raise Unfit(Why.LOCKED)
        if ACTIVE_PART.search(each.filename):
            raise Unfit(Why.ACTIVE)
        if each.filename.startswith("/") or "\\" in each.filename or ".." in each.filename.split("/"):
            raise Unfit(Why.DAMAGED)


def kind_of(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if CONTENTS in names:
        found = [kind for part, kind in MAIN_PARTS.items() if part in names]
    elif "mimetype" in names:
        with archive.open("mimetype") as member:
            told = member.read(LONGEST_TYPE)
        found = [OPEN_DOCUMENTS[told]] if told in OPEN_DOCUMENTS else []
    else:
        found = []
    if len(found) != 1:
        raise Unfit(Why.UNKNOWN)
    return found[0]


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read a member through, a piece at a time; one that is longer or other than it says fails its checksum."""
    with archive.open(member) as content:
        while piece := content.read(STEP):
            if member.filename.endswith(RELATIONS) and FETCHED.search(piece):
                raise Unfit(Why.ACTIVE)
