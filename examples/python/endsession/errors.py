"""What can go wrong. Nothing here is ever a pass."""
from __future__ import annotations

from typing import Optional, Sequence


class EndSessionError(Exception):
    """The base class. `status` is the HTTP status to answer with."""

    status = 500


class NotSignedIn(EndSessionError):
    """The request carries no live session.

    `reason` says why a session that was issued here is over (`logged_out`, `revoked_elsewhere`,
    `expired_idle` and others); None for everything else. `set_cookie` holds the Set-Cookie
    headers that delete a dead cookie.
    """

    status = 401

    def __init__(self, reason: Optional[str] = None, set_cookie: Sequence[str] = ()) -> None:
        super().__init__("The request carries no live session.")
        self.reason = reason
        self.set_cookie = tuple(set_cookie)


class Unavailable(EndSessionError):
    """The service did not answer, or could not say. Answer 503 with `Retry-After`.

    Of a check: nobody was let through. Of a logout: the session may or may not have ended; keep
    the cookies, since the retry needs them. Repeating a logout is always safe.
    """

    status = 503
    retry_after = 2  # seconds


class CredentialsChanged(EndSessionError):
    """The user's sessions were ended since the mark: verify the user again."""

    status = 409


class CrossSite(EndSessionError):
    """The request comes from a page of another site."""

    status = 403


class ServiceRefused(EndSessionError):
    """The service refuses this back end: a wrong service token, or a mistake in what it sent."""

    status = 500
