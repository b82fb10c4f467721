"""Files that a case under way keeps beside the master key: sealed lines, gone when it is done.

A line is a record's number and a text. It is on disk before its record is touched, so what a crash
cut short was not needed yet.
"""

import base64
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lib.errors import StoreError
from lib.media import folders
from lib.services.clinic import Clinic

PURPOSE = b"juno-desk pending disposals 1"
KEY_BYTES = 32
NONCE_BYTES = 12
SUFFIX = ".pending"
FACTS = ".facts"
BETWEEN = "\n"
WHOLE = b"."
UNREADABLE = (
    "What was kept to prove this disposal cannot be read: a file beside the keys was changed. The "
    "records are gone; tell the compliance officer that their proof is not complete."
)


def append(clinic: Clinic, file: Path, lines: Iterable[tuple[str, str]]) -> None:
    """Seal lines, each a number and a text, bound to the file's name; see them on disk."""
    folders.make_private(file.parent)
    cipher = _cipher(clinic)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as handle:
        for number, text in lines:
            nonce = secrets.token_bytes(NONCE_BYTES)
            plain = f"{number}{BETWEEN}{text}".encode(errors="surrogatepass")
            sealed = cipher.encrypt(nonce, plain, file.name.encode())
            # A crash may have cut the line before: this one begins anew, its end is marked.
            handle.write(b"\n" + base64.b64encode(nonce + sealed) + WHOLE)
        handle.flush()
        os.fsync(handle.fileno())
    folders.sync(file.parent)


def read(clinic: Clinic, file: Path) -> Iterator[tuple[str, str]]:
    """Give number and text of every whole line; nothing where there is no file.

    Raises `StoreError` where one does not open.
    """
    if not file.exists():
        return
    cipher = _cipher(clinic)
    for line in file.read_bytes().split(b"\n"):
        if line.endswith(WHOLE):
            yield _opened(cipher, file.name, line[: -len(WHOLE)])


def remove(file: Path) -> None:
    """Remove a file; nothing there is no error."""
    file.unlink(missing_ok=True)
    if file.parent.exists():
        folders.sync(file.parent)


def folder_of(clinic: Clinic) -> Path:
    """Return where they are kept."""
    return clinic.home.parent / f"{clinic.home.name}.keys" / "disposals"


def _cipher(clinic: Clinic) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, None, PURPOSE).derive(clinic.master_key))


def _opened(cipher: AESGCM, name: str, line: bytes) -> tuple[str, str]:
    try:
        sealed = base64.b64decode(line, validate=True)
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        plain = cipher.decrypt(nonce, rest, name.encode())
    except (InvalidTag, ValueError) as error:
        raise StoreError(UNREADABLE) from error
    number, _, text = plain.decode(errors="surrogatepass").partition(BETWEEN)
    return number, text
