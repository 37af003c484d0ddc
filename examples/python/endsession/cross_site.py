"""Whether a request comes from the application's own pages.

A session cookie says who asks, not which page made the browser ask. The service checks this for
its own routes; an application checks it for its own (Django does, by CsrfViewMiddleware).
"""
from __future__ import annotations

from urllib.parse import urlsplit

from .errors import CrossSite
from .session import Headers

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_cross_site(method: str, headers: Headers) -> None:
    """Raises `CrossSite` for what a page of another site made a browser send."""
    if method in _SAFE or headers.get("authorization"):
        return
    site = headers.get("sec-fetch-site")
    if site:
        if site not in ("same-origin", "none"):
            raise CrossSite(f"The request was refused: it comes from another site ({site}).")
        return
    origin = headers.get("origin")
    if origin:
        if urlsplit(origin).netloc.lower() != (headers.get("host") or "").lower():
            raise CrossSite("The request was refused: its Origin is another site.")
        return
    by_browser = (headers.get("user-agent") or "").startswith("Mozilla/")
    if by_browser and headers.get("cookie"):
        raise CrossSite("The request was refused: the browser does not say where it comes from.")
