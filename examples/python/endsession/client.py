"""The service's operations for a back end."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional
from urllib.parse import unquote

from .connection import Answer, Connections
from .errors import CredentialsChanged, CrossSite, NotSignedIn, ServiceRefused, Unavailable
from .session import Headers, Session

_COOKIES = ("es_session", "es_remember", "es_refresh")
_DEVICE = ("user-agent", "sec-ch-ua", "sec-ch-ua-platform", "sec-ch-ua-platform-version")
_ORIGIN = ("origin", "sec-fetch-site")


@dataclass(frozen=True)
class Started:
    """A session that has begun. Pass each of `set_cookie` on as a Set-Cookie header, unchanged."""

    session: Session
    set_cookie: tuple[str, ...]
    tokens: Mapping[str, Any]
    """`access_token`, `token_type`, `expires_in` and `refresh_token`, if they were asked for."""


@dataclass(frozen=True)
class Ended:
    """An end that is committed. Pass each of `set_cookie` on as a Set-Cookie header, unchanged."""

    receipt: Mapping[str, Any]
    set_cookie: tuple[str, ...]


class Client:
    """A client of one service. May be shared by all threads.

    `url` is the service's address, `service_token` its setting of that name. `timeout` is in
    seconds, for connecting and for each wait (default 5). Every operation raises `Unavailable`
    when the service does not answer or does not know: never take that for a yes.
    """

    def __init__(
        self, url: str, *, service_token: str, timeout: float = 5.0, tenant_id: str = "default"
    ) -> None:
        self._connections = Connections(url, timeout)
        self._service = {"Authorization": f"Bearer {service_token}"}
        self._tenant_id = tenant_id

    def verify(self, headers: Headers) -> Session:
        """The live session of a browser's request, by its cookie or its bearer token.

        Raises `NotSignedIn` when there is none.
        """
        sent = _credentials(headers)
        if not sent:
            raise NotSignedIn()
        sent.update(_some(headers, _DEVICE))
        try:
            answer = self._connections.send("GET", "/verify", sent)
        except ValueError as error:  # A header that cannot be sent on is no credential.
            raise NotSignedIn() from error
        user, session_id = answer.headers.get("X-Auth-User"), answer.headers.get("X-Auth-Session")
        if answer.status == 200 and user and session_id:
            tenant = unquote(answer.headers.get("X-Auth-Tenant") or "default")
            return Session(session_id, unquote(user), tenant)
        if 400 <= answer.status < 500:
            reason = answer.json().get("reason") if answer.status == 401 else None
            raise NotSignedIn(reason, answer.set_cookie)
        raise Unavailable(f"The service answered {answer.status} to a check.")

    def mark(self) -> str:
        """A position in the order of ends. Take it before you check a password."""
        return str(self._ask("GET", "/mark")["mark"])

    def start(
        self,
        user_id: str,
        *,
        after: Optional[str] = None,
        methods: Iterable[str] = ("pwd",),
        remember_me: bool = False,
        tokens: bool = False,
        client_id: Optional[str] = None,
        user_agent: Optional[str] = None,
        address: Optional[str] = None,
    ) -> Started:
        """Starts a session for a user whom the application has verified.

        `after` is the mark from before the proof was checked; `methods` are names of RFC 8176;
        `user_agent` and `address` are the browser's. Raises `CredentialsChanged` when all the
        user's sessions were ended after the mark.
        """
        fields: dict[str, object] = {
            "user_id": user_id,
            "tenant_id": self._tenant_id,
            "methods": list(methods),
            "remember_me": remember_me,
            "tokens": tokens,
        }
        optional = {"after": after, "client_id": client_id}
        facts = {"user_agent": (user_agent or "")[:1024] or None, "address": address}
        fields.update({name: it for name, it in {**optional, **facts}.items() if it is not None})
        body = self._ask("POST", "/sessions", fields)
        told = body["session"]
        session = Session(str(told["id"]), str(told["user_id"]), self._tenant_id)
        names = ("access_token", "token_type", "expires_in", "refresh_token")
        return Started(
            session, tuple(body["set_cookie"]), {name: body[name] for name in names if name in body}
        )

    def logout(self, headers: Headers) -> Ended:
        """Ends the session of a browser's request, in whichever state it is.

        Raises `CrossSite` when the request comes from another site, and `NotSignedIn` for a
        bearer token that was never issued here. After `Unavailable` keep all cookies.
        """
        sent = {**_credentials(headers), **_some(headers, _ORIGIN)}
        if "Origin" not in sent:
            # What comes without credentials is a browser's request, too, and no mistake.
            sent.setdefault("Sec-Fetch-Site", "none")
        answer = self._connections.send("POST", "/logout", sent, {})
        # Beyond the limit the session has ended all the same.
        if answer.status in (200, 429):
            return Ended(answer.json().get("receipt", {}), answer.set_cookie)
        if answer.status == 403:
            raise CrossSite("The logout was refused: it comes from another site.")
        if answer.status == 401:
            raise NotSignedIn()
        raise Unavailable(f"The service answered {answer.status} to a logout.")

    def security_event(
        self, event: str, user_id: str, *, current_session_id: Optional[str] = None
    ) -> Ended:
        """Reports what happened to an account, after it was saved.

        `event` is `password_changed`, `email_changed`, `factor_changed`, `role_changed`,
        `account_disabled` or `compromise_reported`. Ends the user's sessions; the first four
        keep the current one, if named, which gets new cookies.
        """
        fields: dict[str, object] = {
            "type": event,
            "user_id": user_id,
            "tenant_id": self._tenant_id,
        }
        if current_session_id is not None:
            fields["current_session_id"] = current_session_id
        body = self._ask("POST", "/security-events", fields)
        return Ended(body["receipt"], tuple(body.get("set_cookie", ())))

    def end_user(self, user_id: str) -> Ended:
        """Ends all sessions of a user, as an operator does who was told of a compromise."""
        return self.security_event("compromise_reported", user_id)

    def introspect(self, token: str, *, background: bool = False) -> Mapping[str, Any]:
        """What a token of any kind is worth (RFC 7662): `{"active": false}` for a dead one.

        Counts as activity, unless it is `background`.
        """
        return self._ask("POST", "/introspect", {"token": token, "background": background})

    def _ask(
        self, method: str, path: str, fields: Optional[Mapping[str, object]] = None
    ) -> Mapping[str, Any]:
        # Repeated, a start leaves a session that nobody holds, and an event ends the session
        # that the first time has renewed.
        repeatable = path in ("/mark", "/introspect")
        answer = self._connections.send(method, path, self._service, fields, repeatable)
        if answer.status in (200, 201):
            return answer.json()
        raise _refusal(answer, path)


def _refusal(answer: Answer, path: str) -> Exception:
    detail = _detail(answer)
    if answer.status == 409:
        return CredentialsChanged(detail)
    if answer.status >= 500:
        return Unavailable(f"The service answered {answer.status} at {path}. {detail}")
    if answer.status == 401:
        return ServiceRefused(f"The service refuses this service_token at {path}. {detail}")
    if answer.status == 404:
        return ServiceRefused(f"There is no {path}: does the service have a serviceToken?")
    return ServiceRefused(f"The service answered {answer.status} at {path}. {detail}")


def _detail(answer: Answer) -> str:
    try:
        body = answer.json()
    except Unavailable:
        return ""
    return str(body.get("detail") or body.get("error_description") or "")


def _credentials(headers: Headers) -> dict[str, str]:
    """The bearer token, and of the cookies those that are the service's."""
    sent: dict[str, str] = {}
    authorization = headers.get("authorization")
    if authorization:
        sent["Authorization"] = authorization
    pairs = [pair.strip() for pair in (headers.get("cookie") or "").split(";")]
    own = [pair for pair in pairs if pair.split("=", 1)[0].strip().endswith(_COOKIES)]
    if own:
        sent["Cookie"] = "; ".join(own)
    return sent


def _some(headers: Headers, names: Iterable[str]) -> dict[str, str]:
    values = {name.title(): headers.get(name) for name in names}
    return {name: value for name, value in values.items() if value}
