"""For Flask: a decorator for what is private, and functions that sign in, log out and report."""
from __future__ import annotations

from functools import wraps
from typing import Any, Callable, Optional, TypeVar, cast

from flask import Flask, Response, g, make_response, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from .client import Client
from .errors import EndSessionError, NotSignedIn, Unavailable
from .gate import Gate
from .session import Session

View = TypeVar("View", bound=Callable[..., Any])

_USER = "endsession.user"


class Sessions:
    """The sessions of an application.

    Flask's own `session` is cleared with the session that it belongs to: at the logout, when a
    request turns out to have none any more, and when another user has signed in. Errors of this
    package become answers: 303 to `login_url` for people and 401 for programs, 403, and 503 with
    `Retry-After: 2`.
    """

    def __init__(
        self, app: Flask, client: Client, *, login_url: str = "/login", behind_proxy: bool = False
    ) -> None:
        self._gate = Gate(client, behind_proxy=behind_proxy)
        self._login_url = login_url
        self.client = client
        app.register_error_handler(EndSessionError, self._answer)

    def required(self, view: View) -> View:
        """Decorates a view: it is called with a live session only, which `current()` gives."""

        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            found = self._gate.check(request.method, request.headers)
            if session.get(_USER, found.user_id) != found.user_id:
                session.clear()
            session[_USER] = found.user_id
            g.endsession = found
            response = make_response(view(*args, **kwargs))
            response.headers["Cache-Control"] = "no-store"
            return response

        return cast(View, checked)

    def current(self) -> Session:
        """The session of a request to a view that is `required`."""
        return cast(Session, g.endsession)

    def sign_in(
        self,
        response: BaseResponse,
        user_id: str,
        *,
        after: Optional[str] = None,
        remember_me: bool = False,
    ) -> BaseResponse:
        """Starts a session for a user whom the view has verified, and gives the response."""
        started = self._gate.sign_in(
            request.method,
            request.headers,
            user_id,
            after=after,
            remember_me=remember_me,
            address=request.remote_addr,
        )
        session.clear()
        session[_USER] = user_id
        return _with_cookies(response, started.set_cookie)

    def log_out(self, response: BaseResponse) -> BaseResponse:
        """Ends the session of the request, clears Flask's own, and gives the response."""
        ended = self._gate.log_out(request.method, request.headers)
        session.clear()
        return _with_cookies(response, ended.set_cookie)

    def report(self, response: BaseResponse, event: str) -> BaseResponse:
        """Reports a security event of the current user; this session goes on, others end."""
        now = self.current()
        ended = self.client.security_event(event, now.user_id, current_session_id=now.id)
        return _with_cookies(response, ended.set_cookie)

    def _answer(self, error: EndSessionError) -> BaseResponse:
        response: BaseResponse
        if isinstance(error, NotSignedIn):
            session.clear()
            if "text/html" in request.headers.get("Accept", ""):
                response = redirect(self._login_url, 303)
            else:
                response = Response(f"{error}\n", 401, {"WWW-Authenticate": "Bearer"})
            response = _with_cookies(response, error.set_cookie)
        else:
            response = Response(f"{error}\n", error.status)
        if isinstance(error, Unavailable):
            response.headers["Retry-After"] = str(error.retry_after)
        response.headers["Cache-Control"] = "no-store"
        return response


def _with_cookies(response: BaseResponse, lines: tuple[str, ...]) -> BaseResponse:
    for line in lines:
        response.headers.add("Set-Cookie", line)
    response.headers["Cache-Control"] = "no-store"
    return response
