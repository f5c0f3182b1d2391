"""Reading papers back."""

import io

from pypdf import PdfReader


def text_of(data: bytes) -> str:
    """What all pages of a PDF say."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
