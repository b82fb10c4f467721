"""The headers that every response carries, and the ones that no request may bring."""

from collections.abc import Iterable

# Names that only the gate may give to the app; a client's own are dropped.
SESSION_HEADER = b"x-desk-session"
VISIT_HEADER = b"x-desk-visit"
ADDRESS_HEADER = b"x-desk-address"
IDENTITY_PREFIX = b"x-desk-"

# Styles are inline because Streamlit's style engine writes them at run time; scripts never are.
# `blob:` is where Streamlit puts the script of a component before importing it.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{name} {value}" for name, value in POLICY.items())
# A guided picture is taken with the camera of the device, on our own pages alone; no sound is.
PERMISSIONS = {
    "camera": "(self)",
    **dict.fromkeys(("display-capture", "geolocation", "microphone", "payment", "usb"), "()"),
}
PERMISSIONS_POLICY = ", ".join(f"{name}={who}" for name, who in PERMISSIONS.items())
SECURITY = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"permissions-policy",
        ", ".join(f"{name}={who}" for name, who in PERMISSIONS.items()).encode(),
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
NO_STORE = (b"cache-control", b"no-store")
KEEP = (b"cache-control", b"public, max-age=31536000, immutable")

Headers = list[tuple[bytes, bytes]]


def for_response(
    given: Iterable[tuple[bytes, bytes]], *, is_tls: bool, may_be_kept: bool
) -> Headers:
    """Return the response's headers with ours in place of any it brought."""
    ours = [*SECURITY, KEEP if may_be_kept else NO_STORE, *([TRANSPORT] if is_tls else [])]
    names = {name for name, _ in ours} | {b"server"}
    dropped = names if may_be_kept else names | {b"etag", b"last-modified", b"expires"}
    return [(name, value) for name, value in given if name.lower() not in dropped] + ours


def for_request(given: Iterable[tuple[bytes, bytes]], ours: dict[bytes, str]) -> Headers:
    """Return the request's headers without identity of the client's making, with the gate's own."""
    kept = [(name, value) for name, value in given if not is_identity(name)]
    return kept + [(name, value.encode("latin-1", "replace")) for name, value in ours.items()]


def is_identity(name: bytes) -> bool:
    """Tell whether a header's name is one of those that only the gate gives."""
    return name.lower().replace(b"_", b"-").startswith(IDENTITY_PREFIX)


def value_of(given: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Return the first value of a header, or None."""
    return next((value.decode("latin-1") for key, value in given if key.lower() == name), None)
