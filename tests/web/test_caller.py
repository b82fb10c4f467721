"""Who is at the other end, and whom to believe about it."""

from typing import Any

import pytest
from starlette.responses import Response

from lib.web import caller as callers

PROXIES = frozenset({"10.0.0.1", "10.0.0.2"})


def scope(peer: str = "192.0.2.7", scheme: str = "http", **headers: str) -> dict[str, Any]:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"headers": given, "client": (peer, 1), "scheme": scheme}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, forwarded: str, address: str) -> None:
    assert callers.of(scope(peer, x_forwarded_for=forwarded), PROXIES).address == address


@pytest.mark.parametrize(
    ("peer", "scheme", "forwarded", "is_tls"),
    [
        ("192.0.2.7", "http", "https", False),
        ("10.0.0.1", "http", "https", True),
        ("10.0.0.1", "ws", "https, http", True),
        ("192.0.2.7", "https", "", True),
        ("192.0.2.7", "wss", "", True),
        ("192.0.2.7", "http", "", False),
    ],
)
def test_tls_is_seen_here_or_told_by_a_trusted_proxy(
    peer: str, scheme: str, forwarded: str, *, is_tls: bool
) -> None:
    assert callers.of(scope(peer, scheme, x_forwarded_proto=forwarded), PROXIES).is_tls is is_tls


def test_cookies_are_read() -> None:
    found = callers.of(scope(cookie="desk_session=abc; desk_visit=def; other=1"), PROXIES)
    assert (found.token, found.visit) == ("abc", "def")


@pytest.mark.parametrize("cookie", ["", "nonsense", "desk_session", "a b=c; ;;"])
def test_a_cookie_that_cannot_be_read_is_no_cookie(cookie: str) -> None:
    assert callers.of(scope(cookie=cookie), PROXIES).token is None


def test_a_caller_without_an_address_is_still_somebody() -> None:
    found = callers.of({"headers": [], "client": None, "scheme": "http"}, PROXIES)
    assert found.address == "unknown"
    assert found.visitor.user_agent is None


def test_a_user_agent_is_cut() -> None:
    found = callers.of(scope(user_agent="x" * 5000), PROXIES)
    assert found.user_agent == "x" * 200


@pytest.mark.parametrize(
    ("origin", "host", "is_ours"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", True),
        ("https://desk.example.org", "desk.example.org", True),
        ("http://evil.example", "127.0.0.1:8501", False),
        ("http://127.0.0.1:9999", "127.0.0.1:8501", False),
        ("null", "127.0.0.1:8501", False),
        ("", "127.0.0.1:8501", False),
    ],
)
def test_only_our_own_pages_are_from_here(origin: str, host: str, *, is_ours: bool) -> None:
    assert callers.is_from_here(scope(origin=origin, host=host)) is is_ours


def test_a_visit_is_told_by_its_hash() -> None:
    visit = callers.of(scope(cookie="desk_visit=def"), PROXIES)
    assert callers.visit_of(visit) not in {"", "def"}
    assert callers.visit_of(callers.of(scope(), PROXIES)) == ""


def test_cookies_are_secure_behind_tls_and_never_read_by_scripts() -> None:
    for scheme, is_secure in (("https", True), ("http", False)):
        response = Response()
        callers.set_cookie(response, callers.of(scope(scheme=scheme), PROXIES), "name", "value")
        header = response.headers["set-cookie"]
        assert "HttpOnly" in header
        assert "SameSite=strict" in header
        assert ("Secure" in header) is is_secure
