"""The digest of a file's plain bytes, keyed so that it says nothing to anybody else."""

import hashlib
import hmac
import io

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lib.media.sealing import FRAME_BYTES, KEY_BYTES


def digest(reader: io.RawIOBase, key: bytes) -> str:
    """Return the HMAC-SHA256 (hexadecimal) of everything in the file, keyed from a patient's key.

    Reading everything also proves that every frame of a sealed one is whole.
    """
    own = HKDF(SHA256(), KEY_BYTES, None, b"juno-desk media digest 1").derive(key)
    running = hmac.new(own, digestmod=hashlib.sha256)
    buffer = memoryview(bytearray(FRAME_BYTES))
    reader.seek(0)
    while length := reader.readinto(buffer):
        running.update(buffer[:length])
    reader.seek(0)
    return running.hexdigest()
