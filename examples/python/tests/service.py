"""A service that answers as it is told, over a real socket."""
from __future__ import annotations

import socket
import threading
from typing import Callable, List, Optional

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"
LIVE = (
    b"HTTP/1.1 200 OK\r\nX-Auth-User: Zo%C3%AB\r\nX-Auth-Session: sid-1\r\n"
    b"X-Auth-Tenant: default\r\nContent-Length: 2\r\n\r\n{}"
)

Script = Callable[[int, bytes], Optional[bytes]]


def answer(status: int, body: str = "{}", *headers: str) -> bytes:
    """An answer with a JSON body."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body.encode())}", *headers]
    return "\r\n".join([*lines, "", body]).encode()


class FakeService:
    """Calls `script(number, request)` for each request; None closes the connection unanswered.

    `b""` leaves it open and never answers.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: List[socket.socket] = []
        self.requests: List[bytes] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> FakeService:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while True:
                try:
                    request = self._read(connection)
                except OSError:
                    return
                if not request:
                    return
                self.requests.append(request)
                reply = self._script(len(self.requests), request)
                if reply is None:
                    return
                if reply:
                    connection.sendall(reply)

    def _read(self, connection: socket.socket) -> bytes:
        text = b""
        while b"\r\n\r\n" not in text:
            part = connection.recv(65536)
            if not part:
                return b""
            text += part
        head, _, body = text.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body
