"""Which address is open to whom."""

import pytest

from lib.web.doors import Door, door_of


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", Door.SCREEN),
        ("/people", Door.SCREEN),
        ("/record", Door.SCREEN),
        ("/health", Door.OPEN),
        ("/session/begin", Door.OPEN),
        ("/desk/guard.js", Door.OPEN),
        ("/_stcore/health", Door.OPEN),
        ("/_stcore/host-config", Door.OPEN),
        ("/static/js/index.js", Door.ASSET),
        ("/favicon.png", Door.ASSET),
        ("/desk/fonts/inter.woff2", Door.ASSET),
        ("/media/abc.png", Door.SIGNED),
        ("/media-store/abc/thumbnail", Door.SIGNED),
        ("/_stcore/upload_file/a/b", Door.SIGNED),
        ("/_stcore/bidi-components/x.js", Door.SIGNED),
        ("/_stcore/metrics", Door.SHUT),
        ("/_stcore/agent/interact", Door.SHUT),
        ("/_stcore/agent/openapi.json", Door.SHUT),
        ("/_stcore/anything-new", Door.SHUT),
        ("/people/_stcore/health", Door.SHUT),
        ("/component/extra_streamlit_components.CookieManager.x/index.html", Door.SHUT),
        ("/auth/login", Door.SHUT),
        ("/oauth2callback", Door.SHUT),
        ("/media", Door.SHUT),
        ("//example.org/", Door.SHUT),
    ],
)
def test_each_address_has_its_door(path: str, door: Door) -> None:
    assert door_of("GET", path) is door


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_screen_is_only_read(method: str) -> None:
    assert door_of(method, "/people") is Door.SHUT
