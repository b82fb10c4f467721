"""Who is at the other end of a connection: address, scheme, cookies, origin; decides nothing."""

import ipaddress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from lib.auth.tokens import hash_token, new_token
from lib.services.sign_in import Visitor
from lib.web import headers

SESSION_COOKIE = "desk_session"
VISIT_COOKIE = "desk_visit"
LONGEST_AGENT = 200
Scope = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request says about its sender, believed only as far as proxies are trusted."""

    address: str
    is_tls: bool
    token: str | None
    visit: str | None
    user_agent: str | None

    @property
    def visitor(self) -> Visitor:
        """Return the caller as the services know one."""
        return Visitor(self.address, self.user_agent)


def of(scope: Scope, trusted_proxies: frozenset[str]) -> Caller:
    """Return the caller of an ASGI request or websocket."""
    given = scope["headers"]
    peer = (scope.get("client") or ("unknown",))[0]
    is_proxied = peer in trusted_proxies
    cookies = _cookies(headers.value_of(given, b"cookie"))
    scheme = headers.value_of(given, b"x-forwarded-proto") if is_proxied else None
    agent = headers.value_of(given, b"user-agent")
    return Caller(
        address=_forwarded_for(given, peer, trusted_proxies) if is_proxied else peer,
        is_tls=_is_tls(scope, scheme),
        token=cookies.get(SESSION_COOKIE),
        visit=cookies.get(VISIT_COOKIE),
        user_agent=agent[:LONGEST_AGENT] if agent else None,
    )


def is_from_here(scope: Scope) -> bool:
    """Tell whether a request comes from our own pages.

    Browsers send `Origin` with every websocket and every POST; one that differs from the host, or
    is missing, is somebody else's page or no browser at all.
    """
    origin = headers.value_of(scope["headers"], b"origin")
    host = headers.value_of(scope["headers"], b"host")
    return bool(origin and host) and urlsplit(origin or "").netloc == host


def _is_tls(scope: Scope, forwarded: str | None) -> bool:
    scheme = (forwarded or scope.get("scheme") or "http").split(",")[0].strip()
    return scheme in {"https", "wss"}


def _forwarded_for(
    given: list[tuple[bytes, bytes]], peer: str, trusted_proxies: frozenset[str]
) -> str:
    # The rightmost address that no proxy of ours wrote about another proxy of ours.
    chain = (headers.value_of(given, b"x-forwarded-for") or "").split(",")
    for text in reversed([part.strip() for part in chain]):
        if text not in trusted_proxies:
            return text if _is_address(text) else peer
    return peer


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _cookies(header: str | None) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header or "")
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def visit_of(caller: Caller) -> str:
    """Return what ties an unsigned connection to one browser: a hash of its visit cookie."""
    return hash_token(caller.visit) if caller.visit else ""


def remember_visit(response: Response, caller: Caller) -> None:
    """Give a browser that has none a visit cookie, so that nobody else resumes its sign-in."""
    if caller.visit is None:
        set_cookie(response, caller, VISIT_COOKIE, new_token())


def forget_session(response: Response) -> None:
    """Take the session's cookie away."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")


def set_cookie(response: Response, caller: Caller, name: str, value: str) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        name, value, path="/", httponly=True, samesite="strict", secure=caller.is_tls
    )
