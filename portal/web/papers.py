"""The company's letterhead, and a paper as a download (FS-4, FS-5)."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from portal.kit.pdf import Letterhead, Paper
from portal.tenancy.models import Tenant
from portal.web.context import Brand

LARGEST_LOGO = 2_000_000


def letterhead_of(tenant: Tenant) -> Letterhead:
    """Name, accent, logo and contact of the company."""
    brand = Brand(tenant)
    return Letterhead(
        name=brand.name,
        accent=brand.accent,
        logo=logo_of(tenant),
        lines=tuple(each for each in (brand.support_phone, brand.support_email) if each),
    )


def logo_of(tenant: Tenant) -> bytes:
    """The bytes of the logo; none where there is no file any more, or one too large for a letterhead."""
    if not tenant.logo:
        return b""
    try:
        with tenant.logo.open("rb") as file:
            data = file.read(LARGEST_LOGO + 1)
    except OSError:
        return b""
    return data if len(data) <= LARGEST_LOGO else b""


def pdf_response(paper: Paper, name: str) -> HttpResponse:
    """The paper as a file to keep, called by this name."""
    return HttpResponse(
        paper.pdf(),
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=f"{name}.pdf")},
    )
