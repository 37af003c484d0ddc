"""What the adapters have in common: who stands behind a request, and what follows from that."""
from __future__ import annotations

from typing import Optional

from .client import Client, Ended, Started
from .cross_site import refuse_cross_site
from .session import Headers, Session, from_proxy


class Gate:
    """Judges requests.

    Behind a proxy with forward-auth (`behind_proxy`) the proxy has asked the service for every
    private page, and its headers tell. Without them, on public pages, and without such a proxy,
    the client asks.
    """

    def __init__(self, client: Client, *, behind_proxy: bool = False) -> None:
        self.client = client
        self._behind_proxy = behind_proxy

    def check(self, method: str, headers: Headers) -> Session:
        """The live session of a request. Raises `NotSignedIn`, `CrossSite` or `Unavailable`."""
        refuse_cross_site(method, headers)
        if self._behind_proxy and headers.get("x-auth-session"):
            return from_proxy(headers)
        return self.client.verify(headers)

    def sign_in(
        self,
        method: str,
        headers: Headers,
        user_id: str,
        *,
        after: Optional[str] = None,
        remember_me: bool = False,
        address: Optional[str] = None,
    ) -> Started:
        """Starts a session, and ends the one that the browser still held."""
        refuse_cross_site(method, headers)
        if headers.get("cookie"):
            # Only cookies count here, not a bearer token beside them.
            held = {"cookie": headers.get("cookie") or ""}
            self.client.logout(held)
        return self.client.start(
            user_id,
            after=after,
            remember_me=remember_me,
            user_agent=headers.get("user-agent"),
            address=address,
        )

    def log_out(self, method: str, headers: Headers) -> Ended:
        """Ends the session of a request."""
        refuse_cross_site(method, headers)
        return self.client.logout(headers)
