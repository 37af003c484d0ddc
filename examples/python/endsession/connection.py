"""Requests to the service, over a connection that each thread keeps open."""
from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

from .errors import Unavailable

_LONGEST_ANSWER = 1 << 20  # bytes
_AGENT = "endsession-python/1"


@dataclass(frozen=True)
class Answer:
    """An answer, read to its end."""

    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Mapping[str, Any]:
        """The body as a JSON object; raises `Unavailable` when it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Unavailable(f"The service answered {self.status} with no JSON object.")
        return value

    @property
    def set_cookie(self) -> tuple[str, ...]:
        """The Set-Cookie headers, unchanged."""
        return tuple(self.headers.get_all("Set-Cookie") or ())


class Connections:
    """Connections to one service, one for each thread."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f'"{url}" is no address of a service; give http://host:port.')
        self._parts = parts
        self._timeout = timeout
        self._local = threading.local()

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        fields: Optional[Mapping[str, object]] = None,
        repeatable: bool = True,
    ) -> Answer:
        """Sends a request. Raises `Unavailable` without an answer.

        A connection that the service has closed meanwhile is noticed only when it is used. What
        is repeatable is then sent again over a new one; the rest gets a new one at once.
        """
        body = None if fields is None else json.dumps(fields).encode()
        all_headers = {"User-Agent": _AGENT, "Accept": "application/json", **headers}
        if body is not None:
            all_headers["Content-Type"] = "application/json"
        kept = self._take() if repeatable else None
        if kept is not None:
            try:
                return self._exchange(kept, method, path, all_headers, body)
            except (ConnectionError, HTTPException):
                pass
            except OSError as error:
                raise Unavailable(f"The service did not answer: {error}") from error
        try:
            return self._exchange(self._open(), method, path, all_headers, body)
        except (OSError, HTTPException) as error:
            raise Unavailable(f"The service did not answer: {error!r}") from error

    def _exchange(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Optional[bytes],
    ) -> Answer:
        try:
            connection.request(method, self._parts.path.rstrip("/") + path, body, dict(headers))
            response = connection.getresponse()
            content = response.read(_LONGEST_ANSWER + 1)
            if len(content) > _LONGEST_ANSWER:
                raise HTTPException("its answer is too long")
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._local.kept = (os.getpid(), connection)
        return Answer(response.status, response.headers, content)

    def _take(self) -> Optional[HTTPConnection]:
        pid: int
        connection: Optional[HTTPConnection]
        pid, connection = getattr(self._local, "kept", (0, None))
        self._local.kept = (0, None)
        # A process that was forked must leave its parent's connection alone.
        return connection if pid == os.getpid() else None

    def _open(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            return HTTPSConnection(host, port, timeout=self._timeout)
        return HTTPConnection(host, port, timeout=self._timeout)
