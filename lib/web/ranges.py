"""Which bytes of a file a request asks for (RFC 9110, section 14); pure."""

import re

# Eighteen digits are more bytes than there are; Python refuses to read thousands of them.
SPECIFIER = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE | re.ASCII)


class UnsatisfiableError(Exception):
    """Nothing of what was asked for lies within the file."""


def parse(header: str | None, size: int) -> range | None:
    """Return the bytes that a `Range` header asks for, or None where the whole is sent.

    One range, or the last so many bytes. Several, another unit, or what is not a range at all is
    answered with the whole, as the standard allows. Raises `UnsatisfiableError`.
    """
    match = SPECIFIER.fullmatch((header or "").strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        wanted = range(max(0, size - int(last)), size)
    else:
        if last and int(last) < int(first):
            return None
        wanted = range(int(first), min(int(last) + 1, size) if last else size)
    if not wanted:
        raise UnsatisfiableError
    return wanted
