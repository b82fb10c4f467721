"""The frames of a sealed file and the secrets that close them; knows neither paths nor files.

Format, version 1: a header (mark, version, salt, check of the key, check of the name), then frames
of 256 KiB, each followed by its tag; only the last may be shorter. A file's key is derived from the
patient's key and the salt, so a frame's number may be its nonce. Each frame is bound to the header,
the file's name, its number and whether it is the last.
"""

import hmac
import struct
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lib.errors import MediaKeyMissingError

KEY_BYTES = 32
FRAME_BYTES = 256 * 1024
TAG_BYTES = 16
SEALED_FRAME_BYTES = FRAME_BYTES + TAG_BYTES
SALT_BYTES = 32
CHECK_BYTES = 16
MARK = b"JDSEAL\r\n"
VERSION = 1
HEADER = struct.Struct(f">{len(MARK)}sB{SALT_BYTES}s{CHECK_BYTES}s{CHECK_BYTES}s")
NONCE = struct.Struct(">IQ")
BOUND = struct.Struct(">Q?")
Bytes = bytes | bytearray | memoryview


class Secrets(NamedTuple):
    """What one file's seal is made of."""

    cipher: AESGCM
    key_check: bytes
    name_check: bytes


def derive(key: bytes, salt: bytes, name: str) -> Secrets:
    """Return what seals the file of this name. Raises `MediaKeyMissingError` for a key of none."""
    if len(key) != KEY_BYTES:
        message = "These pictures have no key: they cannot be read."
        raise MediaKeyMissingError(message)
    length = KEY_BYTES + CHECK_BYTES + KEY_BYTES
    made = HKDF(SHA256(), length, salt, b"juno-desk sealed file 1").derive(key)
    cipher, key_check = made[:KEY_BYTES], made[KEY_BYTES : KEY_BYTES + CHECK_BYTES]
    name_check = hmac.digest(made[-KEY_BYTES:], name.encode(), "sha256")[:CHECK_BYTES]
    return Secrets(AESGCM(cipher), key_check, name_check)


class Frames:
    """Opens and closes single frames of one file."""

    def __init__(self, cipher: AESGCM, header: bytes, name: str) -> None:
        self._cipher = cipher
        self._bound = header + name.encode()

    def close(self, number: int, plain: Bytes, *, is_last: bool) -> bytes:
        """Return the sealed frame, its tag included."""
        nonce, bound = self._binding(number, is_last=is_last)
        return self._cipher.encrypt(nonce, plain, bound)

    def open(self, number: int, sealed: memoryview, into: memoryview, *, is_last: bool) -> bool:
        """Write the plain frame into a buffer of its exact size; False where the seal is broken."""
        nonce, bound = self._binding(number, is_last=is_last)
        try:
            self._cipher.decrypt_into(nonce, sealed, bound, into)
        except InvalidTag:
            return False
        return True

    def _binding(self, number: int, *, is_last: bool) -> tuple[bytes, bytes]:
        return NONCE.pack(is_last, number), self._bound + BOUND.pack(number, is_last)
