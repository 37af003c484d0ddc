"""For any WSGI application: nothing private is reached without a live session."""
from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Optional

from .client import Client
from .errors import EndSessionError, NotSignedIn, Unavailable
from .gate import Gate

Environ = Dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class EnvironHeaders:
    """The headers of a WSGI environment."""

    def __init__(self, environ: Environ) -> None:
        self._environ = environ

    def get(self, name: str) -> Optional[str]:
        """The value of a header, or None."""
        value = self._environ.get("HTTP_" + name.upper().replace("-", "_"))
        return None if value is None else str(value)


class Middleware:
    """Lets requests with a live session through.

    `environ["endsession.session"]` then holds it, and REMOTE_USER its user. `public` names paths
    that are for everybody; one that ends in a slash stands for all below it. `login_url` is where
    people are sent; programs get a 401. A request from another site's page is a 403; when the
    service cannot say, the answer is 503 with `Retry-After: 2`.
    """

    def __init__(
        self,
        application: Application,
        client: Client,
        *,
        public: Iterable[str] = (),
        login_url: str = "/login",
        behind_proxy: bool = False,
    ) -> None:
        self._application = application
        self._gate = Gate(client, behind_proxy=behind_proxy)
        self._public = {login_url, *public}
        self._login_url = login_url

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("REMOTE_USER", None)
        path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
        if self._is_public(path):
            return self._application(environ, start_response)
        headers = EnvironHeaders(environ)
        try:
            session = self._gate.check(str(environ.get("REQUEST_METHOD", "GET")), headers)
        except EndSessionError as error:
            return self._refuse(error, headers, start_response)
        environ["endsession.session"] = session
        environ["REMOTE_USER"] = session.user_id
        return self._application(environ, start_response)

    def _is_public(self, path: str) -> bool:
        if ".." in path or "//" in path:
            return False
        below = (it for it in self._public if it.endswith("/") and it != "/")
        return path in self._public or any(path.startswith(it) for it in below)

    def _refuse(
        self, error: EndSessionError, headers: EnvironHeaders, start_response: StartResponse
    ) -> Iterable[bytes]:
        lines = [("Cache-Control", "no-store"), ("Content-Type", "text/plain; charset=utf-8")]
        status = {401: "401 Unauthorized", 403: "403 Forbidden", 503: "503 Service Unavailable"}
        line = status.get(error.status, "500 Internal Server Error")
        if isinstance(error, NotSignedIn):
            lines += [("Set-Cookie", cookie) for cookie in error.set_cookie]
            if "text/html" in (headers.get("accept") or ""):
                line = "303 See Other"
                lines.append(("Location", self._login_url))
            else:
                lines.append(("WWW-Authenticate", "Bearer"))
        if isinstance(error, Unavailable):
            lines.append(("Retry-After", str(error.retry_after)))
        start_response(line, lines)
        return [f"{error}\n".encode()]
