"""For FastAPI: a dependency for what is private, and functions that sign in, log out and report.

All of them wait for the service, so call them where FastAPI expects waiting: from a `def`, never
from an `async def`.
"""
from __future__ import annotations

from typing import Optional

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from .client import Client
from .errors import EndSessionError, NotSignedIn, Unavailable
from .gate import Gate
from .session import Session


class Sessions:
    """The sessions of an application.

    Starlette's `request.session`, where SessionMiddleware is in use, is cleared with the session
    that it belongs to. Errors of this package become answers: 303 to `login_url` for people and
    401 for programs, 403, and 503 with `Retry-After: 2`.
    """

    def __init__(
        self, app: FastAPI, client: Client, *, login_url: str = "/login", behind_proxy: bool = False
    ) -> None:
        self._gate = Gate(client, behind_proxy=behind_proxy)
        self._login_url = login_url
        self.client = client
        app.add_exception_handler(EndSessionError, self._answer)

    def required(self, request: Request, response: Response) -> Session:
        """A dependency, `Depends(sessions.required)`: the live session of the request."""
        session = self._gate.check(request.method, request.headers)
        if _own(request).get("endsession.user", session.user_id) != session.user_id:
            _own(request).clear()
        _own(request)["endsession.user"] = session.user_id
        response.headers["Cache-Control"] = "no-store"
        return session

    def sign_in(
        self,
        request: Request,
        response: Response,
        user_id: str,
        *,
        after: Optional[str] = None,
        remember_me: bool = False,
    ) -> Session:
        """Starts a session for a user who was verified; its cookies go with the response."""
        started = self._gate.sign_in(
            request.method,
            request.headers,
            user_id,
            after=after,
            remember_me=remember_me,
            address=request.client.host if request.client else None,
        )
        _own(request).clear()
        _add_cookies(response, started.set_cookie)
        return started.session

    def log_out(self, request: Request, response: Response) -> None:
        """Ends the session of the request, and clears Starlette's own."""
        ended = self._gate.log_out(request.method, request.headers)
        _own(request).clear()
        _add_cookies(response, ended.set_cookie)

    def report(self, response: Response, session: Session, event: str) -> None:
        """Reports a security event of a user; this session goes on, the others end."""
        ended = self.client.security_event(event, session.user_id, current_session_id=session.id)
        _add_cookies(response, ended.set_cookie)

    async def _answer(self, request: Request, error: Exception) -> Response:
        response: Response
        status = error.status if isinstance(error, EndSessionError) else 500
        response = PlainTextResponse(f"{error}\n", status)
        if isinstance(error, NotSignedIn):
            _own(request).clear()
            if "text/html" in request.headers.get("accept", ""):
                response = RedirectResponse(self._login_url, 303)
            else:
                response.headers["WWW-Authenticate"] = "Bearer"
            _add_cookies(response, error.set_cookie)
        if isinstance(error, Unavailable):
            response.headers["Retry-After"] = str(error.retry_after)
        response.headers["Cache-Control"] = "no-store"
        return response


def _own(request: Request) -> dict[str, object]:
    """Starlette's own session; a dictionary that nobody keeps where there is none."""
    own: dict[str, object] = request.scope.setdefault("session", {})
    return own


def _add_cookies(response: Response, lines: tuple[str, ...]) -> None:
    for line in lines:
        response.headers.append("Set-Cookie", line)
    response.headers["Cache-Control"] = "no-store"
