"""Which address is open to whom, before anything else looks at the request."""

from enum import Enum

STREAM = "/_stcore/stream"
READING = frozenset({"GET", "HEAD"})
# What the sign-in screen needs before anybody is signed in.
OPEN = frozenset({"/_stcore/health", "/_stcore/host-config", "/health"})
OPEN_PREFIXES = ("/session/", "/desk/")
ASSET_PREFIXES = ("/static/", "/app/static/", "/desk/fonts/")
ASSETS = frozenset({"/favicon.png", "/manifest.json"})
SIGNED_PREFIXES = (
    *("/media/", "/media-store/", "/media-upload/", "/media-lens/", "/downloads/", "/print/"),
    "/consent-evidence/",
    *("/_stcore/upload_file/", "/_stcore/bidi-components/"),
)
# The rest of what Streamlit serves: metrics, agents, sign-in of its own, components we do not use.
SHUT_PREFIXES = ("/_stcore/", "/component/", "/auth/", "/oauth2callback", "/media", "/static")


class Door(Enum):
    """What an address is."""

    OPEN = "open to everybody"
    ASSET = "part of the app itself, the same for everybody"
    SIGNED = "only within a session"
    SHUT = "for nobody"
    SCREEN = "the page that becomes a screen"


def door_of(method: str, path: str) -> Door:
    """Return what the address is; whatever is not known to serve a purpose is a screen or shut."""
    if path in ASSETS or path.startswith(ASSET_PREFIXES):
        return Door.ASSET
    if path in OPEN or path.startswith(OPEN_PREFIXES):
        return Door.OPEN
    if path.startswith(SIGNED_PREFIXES):
        return Door.SIGNED
    is_shut = path.startswith((*SHUT_PREFIXES, "//")) or "/_stcore/" in path
    return Door.SHUT if is_shut or method not in READING else Door.SCREEN
