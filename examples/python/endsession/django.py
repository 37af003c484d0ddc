"""For Django: its own sign-in and logout start and end the session.

    MIDDLEWARE = [..., "django.contrib.auth.middleware.AuthenticationMiddleware",
                  "endsession.django.Middleware"]
    AUTH_PASSWORD_VALIDATORS = [..., {"NAME": "endsession.django.EndsOtherSessions"}]
    ENDSESSION_URL, ENDSESSION_SERVICE_TOKEN = "http://127.0.0.1:8414", "…"
    ENDSESSION_BEHIND_PROXY = False

`request.user` is whom Django has signed in, as long as the session of the service is live too:
when it has ended, on whichever device, Django's own session is flushed. The id of a user there is
the primary key. While the service cannot say, the answer is 503 with `Retry-After: 2`.
"""
from __future__ import annotations

from contextvars import ContextVar
from http.cookies import Morsel
from typing import Any, Callable, Optional

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest, HttpResponse

from .client import Client
from .errors import EndSessionError, NotSignedIn, Unavailable
from .gate import Gate
from .session import Session

_current: ContextVar[Optional[HttpRequest]] = ContextVar("endsession_request", default=None)


class Middleware:
    """Behind AuthenticationMiddleware; see the module."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._gate = gate()
        user_logged_in.connect(_start, dispatch_uid="endsession")
        user_logged_out.connect(_end, dispatch_uid="endsession")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.endsession = None
        request.endsession_cookies = []
        request.endsession_mark = None
        token = _current.set(request)
        try:
            self._check(request)
            response = self._get_response(request)
        except EndSessionError as error:
            response = _answer(error)
        finally:
            _current.reset(token)
        for number, line in enumerate(request.endsession_cookies):
            response.cookies[f"endsession {number}"] = _Line(line)
        if request.endsession or request.endsession_cookies:
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> Optional[HttpResponse]:
        """Answers for what a signal or a view has met."""
        return _answer(exception) if isinstance(exception, EndSessionError) else None

    def _check(self, request: HttpRequest) -> None:
        user_id = request.session.get(SESSION_KEY)
        if user_id is not None:
            try:
                # CsrfViewMiddleware judges where a request comes from, so this one is a read.
                session = self._gate.check("GET", request.headers)
                if session.user_id != str(user_id):
                    raise NotSignedIn()
                request.endsession = session
            except NotSignedIn as error:
                request.session.flush()
                request.user = AnonymousUser()
                request.endsession_cookies += error.set_cookie
        if request.endsession is None and request.method == "POST":
            # It may be a sign-in: the position from before the password is checked.
            request.endsession_mark = self._gate.client.mark()


class EndsOtherSessions:
    """A password validator that finds every password good, and hears of each new one.

    Django calls it when a password has been saved. The user's other sessions then end; that of
    the request goes on under a new id.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Accepts it."""

    def password_changed(self, password: str, user: Any = None) -> None:
        """Reports the change."""
        if user is None:
            return
        request = _current.get()
        session: Optional[Session] = request.endsession if request is not None else None
        own = session if session is not None and session.user_id == str(user.pk) else None
        current_id = own.id if own is not None else None
        ended = gate().client.security_event(
            "password_changed", str(user.pk), current_session_id=current_id
        )
        if own is not None and request is not None:
            request.endsession_cookies += ended.set_cookie

    def get_help_text(self) -> str:
        """Nothing that a person need know."""
        return ""


_gates: dict[tuple[str, str, bool], Gate] = {}


def gate() -> Gate:
    """The gate that the settings describe."""
    behind_proxy = bool(getattr(settings, "ENDSESSION_BEHIND_PROXY", False))
    key = (str(settings.ENDSESSION_URL), str(settings.ENDSESSION_SERVICE_TOKEN), behind_proxy)
    if key not in _gates:
        client = Client(key[0], service_token=key[1])
        _gates[key] = Gate(client, behind_proxy=behind_proxy)
    return _gates[key]


def _start(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    # CsrfViewMiddleware has judged where the request comes from.
    started = gate().sign_in(
        "GET",
        request.headers,
        str(user.pk),
        after=getattr(request, "endsession_mark", None),
        address=request.META.get("REMOTE_ADDR"),
    )
    request.endsession = started.session
    request.endsession_cookies += started.set_cookie


def _end(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    # Django flushes its own session after this, and not when it fails: the retry needs it.
    ended = gate().log_out("GET", request.headers)
    request.endsession = None
    request.endsession_cookies += ended.set_cookie


def _answer(error: EndSessionError) -> HttpResponse:
    response = HttpResponse(f"{error}\n", status=error.status, content_type="text/plain")
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(error.retry_after)
    response["Cache-Control"] = "no-store"
    return response


class _Line(Morsel):  # type: ignore[type-arg]
    """A Set-Cookie header as the service has written it, among those that Django writes."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self._line = line

    def output(self, attrs: Any = None, header: str = "Set-Cookie:") -> str:
        return f"{header} {self._line}"
