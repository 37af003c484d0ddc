"""The session of a request, and how a proxy tells of it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Protocol
from urllib.parse import unquote

from .errors import NotSignedIn


class Headers(Protocol):
    """Headers of a request, whose names are compared without case, or are all lower case."""

    def get(self, __name: str) -> Optional[str]:
        """The value of a header, or None."""


@dataclass(frozen=True)
class Session:
    """A live session."""

    id: str
    """The session id (`sid`). Not a secret."""
    user_id: str
    """The application's own id of the user."""
    tenant_id: str = "default"


def from_proxy(headers: Headers) -> Session:
    """The session that a proxy with forward-auth has put into the headers X-Auth-*.

    Only for an application that nobody reaches but through such a proxy (docs/forward-auth.md):
    the proxy sets these headers, and drops those that clients send. Raises `NotSignedIn`.
    """
    values = [headers.get(f"x-auth-{name}") or "" for name in ("session", "user", "tenant")]
    session_id, user, tenant = values
    if not session_id or not user:
        raise NotSignedIn()
    return Session(session_id, unquote(user), unquote(tenant) or "default")
