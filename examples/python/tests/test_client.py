"""The client against a service that misbehaves: whatever happens, nothing of it is a pass."""
from __future__ import annotations

import threading
import unittest
from typing import Dict, List, Tuple

from endsession import (
    Client,
    CredentialsChanged,
    CrossSite,
    NotSignedIn,
    ServiceRefused,
    Unavailable,
    from_proxy,
    refuse_cross_site,
)
from endsession.wsgi import Environ, Middleware

from .service import LIVE, OK, FakeService, Script, answer

COOKIE = {"cookie": "sessionid=own; es_session=es_s_1; theme=dark"}
TOKEN = "t" * 32


def client_of(service: FakeService, timeout: float = 5.0) -> Client:
    return Client(service.url, service_token=TOKEN, timeout=timeout)


def constantly(reply: bytes) -> Script:
    return lambda number, request: reply


class Verify(unittest.TestCase):
    def test_a_live_session(self) -> None:
        with FakeService(constantly(LIVE)) as service:
            session = client_of(service).verify(COOKIE)
            self.assertEqual(("Zoë", "sid-1", "default"), (session.user_id, session.id, session.tenant_id))
            head = service.requests[0].lower()
            self.assertTrue(head.startswith(b"get /verify "))
            # The application's own cookies are none of the service's business.
            self.assertIn(b"cookie: es_session=es_s_1\r\n", head)

    def test_no_credential_asks_nobody(self) -> None:
        with FakeService(constantly(LIVE)) as service:
            none: List[Dict[str, str]] = [{}, {"cookie": "sessionid=own"}, {"authorization": ""}]
            for headers in none:
                with self.assertRaises(NotSignedIn):
                    client_of(service).verify(headers)
            self.assertEqual([], service.requests)

    def test_a_refusal_tells_the_reason_and_the_deletion(self) -> None:
        deletion = "es_session=; Max-Age=0; Path=/"
        reply = answer(401, '{"reason": "revoked_elsewhere"}', f"Set-Cookie: {deletion}")
        with FakeService(constantly(reply)) as service:
            with self.assertRaises(NotSignedIn) as caught:
                client_of(service).verify(COOKIE)
            self.assertEqual("revoked_elsewhere", caught.exception.reason)
            self.assertEqual((deletion,), caught.exception.set_cookie)

    def test_whatever_else_is_answered_is_no_pass(self) -> None:
        replies: Dict[str, Tuple[bytes, type[Exception]]] = {
            "503": (answer(503), Unavailable),
            "500": (answer(500), Unavailable),
            "a redirect": (answer(302, "{}", "Location: /"), Unavailable),
            "204": (b"HTTP/1.1 204 X\r\n\r\n", Unavailable),
            "200 without a user": (OK, Unavailable),
            "200 without a session": (answer(200, "{}", "X-Auth-User: u"), Unavailable),
            "200 with an empty user": (
                answer(200, "{}", "X-Auth-User:", "X-Auth-Session: s"),
                Unavailable,
            ),
            "no HTTP": (b"hello\r\n\r\n", Unavailable),
            "a short body": (b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{}", Unavailable),
            "an endless body": (
                b"HTTP/1.1 200 X\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 2_000_000,
                Unavailable,
            ),
            "431": (answer(431), NotSignedIn),
            "401 with a page": (answer(401, "<p>"), Unavailable),
        }
        for name, (reply, error) in replies.items():
            with self.subTest(name), FakeService(lambda *_: reply) as service:
                with self.assertRaises(error):
                    client_of(service, timeout=0.3).verify(COOKIE)

    def test_a_service_that_is_silent_or_gone(self) -> None:
        with FakeService(constantly(b"")) as service:
            client = client_of(service, timeout=0.2)
            with self.assertRaises(Unavailable):
                client.verify(COOKIE)
        with self.assertRaises(Unavailable) as caught:
            client.verify(COOKIE)
        self.assertEqual((503, 2), (caught.exception.status, caught.exception.retry_after))

    def test_a_header_that_cannot_be_sent_on_is_no_credential(self) -> None:
        with FakeService(constantly(LIVE)) as service:
            for value in ("Bearer a\r\nX-Auth-User: admin", "Bearer \u20ac"):
                with self.assertRaises(NotSignedIn):
                    client_of(service).verify({"authorization": value})
            self.assertEqual([], service.requests)


class Connection(unittest.TestCase):
    def test_is_kept_by_each_thread(self) -> None:
        with FakeService(constantly(LIVE)) as service:
            client = client_of(service)

            def ask() -> None:
                for _ in range(5):
                    client.verify(COOKIE)

            ask()
            self.assertEqual(1, service.connections)
            threads = [threading.Thread(target=ask) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual((4, 20), (service.connections, len(service.requests)))

    def test_that_was_closed_meanwhile_is_opened_again(self) -> None:
        with FakeService(lambda number, _: LIVE if number != 2 else None) as service:
            client = client_of(service)
            client.verify(COOKIE)
            self.assertEqual("Zoë", client.verify(COOKIE).user_id)
            self.assertEqual((2, 3), (service.connections, len(service.requests)))

    def test_what_must_not_be_repeated_is_sent_once(self) -> None:
        with FakeService(lambda number, _: LIVE if number == 1 else None) as service:
            client = client_of(service)
            client.verify(COOKIE)
            with self.assertRaises(Unavailable):
                client.start("alice")
            self.assertEqual(2, len(service.requests))

    def test_an_address_that_is_none_is_refused_at_once(self) -> None:
        for url in ("127.0.0.1:8414", "ftp://x", "http://"):
            with self.assertRaises(ValueError):
                Client(url, service_token=TOKEN)


class Logout(unittest.TestCase):
    def test_passes_every_deletion_on(self) -> None:
        lines = ["es_session=; Max-Age=0; Path=/", "es_remember=; Max-Age=0; Path=/"]
        reply = answer(200, '{"receipt": {"scope": "current"}}', *[f"Set-Cookie: {x}" for x in lines])
        with FakeService(constantly(reply)) as service:
            ended = client_of(service).logout({**COOKIE, "origin": "https://app.example"})
            self.assertEqual(tuple(lines), ended.set_cookie)
            self.assertEqual("current", ended.receipt["scope"])
            head = service.requests[0].lower()
            # The service judges where it comes from, by what the browser says and nothing else.
            self.assertIn(b"origin: https://app.example", head)
            self.assertNotIn(b"sec-fetch-site", head)

    def test_ends_the_session_even_beyond_the_limit(self) -> None:
        with FakeService(constantly(answer(429))) as service:
            self.assertEqual((), client_of(service).logout(COOKIE).set_cookie)

    def test_what_is_not_known_is_no_success(self) -> None:
        cases: List[Tuple[int, type[Exception]]] = [
            (503, Unavailable),
            (500, Unavailable),
            (404, Unavailable),
            (403, CrossSite),
            (401, NotSignedIn),
        ]
        for status, error in cases:
            with self.subTest(status), FakeService(constantly(answer(status))) as service:
                with self.assertRaises(error):
                    client_of(service).logout(COOKIE)


class Service(unittest.TestCase):
    def test_refusals_say_what_to_do(self) -> None:
        cases: List[Tuple[int, type[Exception], str]] = [
            (401, ServiceRefused, "service_token"),
            (404, ServiceRefused, "serviceToken"),
            (400, ServiceRefused, "user_id is missing"),
            (409, CredentialsChanged, "user_id is missing"),
            (503, Unavailable, "503"),
        ]
        for status, error, words in cases:
            reply = answer(status, '{"detail": "user_id is missing"}')
            with self.subTest(status), FakeService(constantly(reply)) as service:
                with self.assertRaisesRegex(error, words) as caught:
                    client_of(service).start("alice")
                self.assertNotIn(TOKEN, str(caught.exception))


class CrossSiteRequests(unittest.TestCase):
    def test_are_told_by_what_the_browser_says(self) -> None:
        host = {"host": "app.example", "cookie": "a=b"}
        good: List[Dict[str, str]] = [
            {"sec-fetch-site": "same-origin"},
            {"sec-fetch-site": "none"},
            {"origin": "https://app.example"},
            {"authorization": "Bearer x", "origin": "https://evil.example"},
            {"user-agent": "curl/8"},
        ]
        bad: List[Dict[str, str]] = [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "cross-site", "origin": "https://app.example"},
            {"origin": "https://evil.example"},
            {"origin": "https://app.example.evil.example"},
            {"origin": "null"},
            {"user-agent": "Mozilla/5.0"},
        ]
        for headers in good:
            refuse_cross_site("POST", {**host, **headers})
        for headers in bad:
            refuse_cross_site("GET", {**host, **headers})
            with self.subTest(headers), self.assertRaises(CrossSite):
                refuse_cross_site("POST", {**host, **headers})


class Proxy(unittest.TestCase):
    def test_headers_of_a_proxy(self) -> None:
        told = {"x-auth-user": "Zo%C3%AB%2F1", "x-auth-session": "s", "x-auth-tenant": "t"}
        self.assertEqual("Zoë/1", from_proxy(told).user_id)
        for name in ("x-auth-user", "x-auth-session"):
            with self.assertRaises(NotSignedIn):
                from_proxy({**told, name: ""})


class Wsgi(unittest.TestCase):
    def ask(self, reply: bytes, path: str = "/private", **environ: str) -> Tuple[str, Dict[str, str], str]:
        """The status, the headers, and the user that the application has seen."""
        seen: List[str] = []
        got: List[Tuple[str, Dict[str, str]]] = []

        def application(environ: Environ, start: object) -> List[bytes]:
            seen.append(str(environ.get("REMOTE_USER")))
            got.append(("200", {}))
            return []

        with FakeService(constantly(reply)) as service:
            guarded = Middleware(application, client_of(service), public=["/static/"])
            whole = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_COOKIE": "es_session=x"}
            guarded(
                {**whole, "REMOTE_USER": "spoofed", **environ},
                lambda status, headers: got.append((status[:3], dict(headers))),
            )
        status, headers = got[-1]
        return status, headers, "".join(seen)

    def test_lets_live_sessions_through(self) -> None:
        self.assertEqual(("200", {}, "Zoë"), self.ask(LIVE))

    def test_refuses_everything_else(self) -> None:
        page = {"HTTP_ACCEPT": "text/html"}
        self.assertEqual(("401", ""), self.ask(answer(401))[::2])
        self.assertEqual("/login", self.ask(answer(401), **page)[1]["Location"])
        status, headers, seen = self.ask(answer(503), **page)
        self.assertEqual(("503", "2", ""), (status, headers["Retry-After"], seen))
        cross = {"REQUEST_METHOD": "POST", "HTTP_SEC_FETCH_SITE": "cross-site"}
        self.assertEqual(("403", ""), self.ask(LIVE, **cross)[::2])
        spoofed = {"HTTP_X_AUTH_USER": "admin", "HTTP_X_AUTH_SESSION": "s"}
        self.assertEqual(("401", ""), self.ask(answer(401), **spoofed)[::2])

    def test_only_public_paths_are_public(self) -> None:
        for path in ("/login", "/static/a.css"):
            self.assertEqual(("200", "None"), self.ask(answer(401), path)[::2])
        for path in ("/login/", "/static", "/static/../private", "//static/a", "/loginx", "/"):
            self.assertEqual(("401", ""), self.ask(answer(401), path)[::2])


if __name__ == "__main__":
    unittest.main()
