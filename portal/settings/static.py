"""Static files as WhiteNoise delivers them: before the middleware that gives pages their headers (SECURITY 28)."""

HEADERS = {
    # A drawing or a script that is opened by itself runs and loads nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def add_headers(headers, _path: str, _url: str) -> None:
    """What WHITENOISE_ADD_HEADERS_FUNCTION calls once for each file."""
    for name, value in HEADERS.items():
        headers[name] = value
