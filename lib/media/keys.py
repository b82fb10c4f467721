"""Media keys: one small file each, wrapped by the master key, in two places; knows no patients.

Deleting one makes everything that it sealed unreadable, wherever copies lie. A deletion leaves a
mark, so that a folder restored from an old copy does not bring the key back.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import uuid_utils.compat as uuid7s
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lib.errors import MediaKeyKeepingError, MediaKeyMissingError, SealedFileKeyError
from lib.media import folders
from lib.media.sealing import KEY_BYTES
from lib.settings import Settings

VERSION = b"\x01"
NONCE_BYTES = 12
KEY = ".key"
DELETED = ".deleted"
PART = ".part"


def key_folder(settings: Settings) -> Path:
    """Return where media keys lie: beside the clinic's home, never inside it."""
    return settings.home.parent / f"{settings.home.name}.keys" / "media"


def mirror_folder(settings: Settings) -> Path:
    """Return where their second copies lie."""
    beside = settings.home.parent / f"{settings.home.name}.keys.mirror"
    return (settings.key_mirror or beside) / "media"


class MediaKeys:
    """The keys of a clinic's media: made, read and deleted by their ids."""

    def __init__(self, folder: Path, mirror: Path, master_key: bytes) -> None:
        self.folder = folder
        self.mirror = mirror
        wrapping = HKDF(SHA256(), KEY_BYTES, None, b"juno-desk media keys 1").derive(master_key)
        self._cipher = AESGCM(wrapping)

    @classmethod
    def of(cls, settings: Settings, master_key: bytes) -> "MediaKeys":
        """Return the keys of the clinic that the settings name."""
        return cls(key_folder(settings), mirror_folder(settings), master_key)

    def make(self) -> UUID:
        """Make a key, keep it in both places and return its id.

        Raises `MediaKeyKeepingError`, and keeps nothing, where one of them cannot be written to.
        """
        key_id: UUID = uuid7s.uuid7()
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, secrets.token_bytes(KEY_BYTES), _bound(key_id))
        try:
            for folder in (self.folder, self.mirror):
                _write(folder / f"{key_id}{KEY}", VERSION + nonce + sealed)
        except OSError as error:
            with suppress(OSError):
                (self.folder / f"{key_id}{KEY}").unlink(missing_ok=True)
            message = "The key for these pictures could not be kept in both places. Try again."
            raise MediaKeyKeepingError(message) from error
        return key_id

    def get(self, key_id: UUID) -> bytes:
        """Return the key (32 bytes).

        Raises `MediaKeyMissingError` where it was deleted or lost, `SealedFileKeyError` where its
        file does not open with the clinic's master key.
        """
        try:
            kept = (self.folder / f"{key_id}{KEY}").read_bytes()
        except FileNotFoundError:
            message = "The key of these pictures is gone: nobody can open them any more."
            raise MediaKeyMissingError(message) from None
        return self._unwrapped(key_id, kept)

    def delete(self, key_id: UUID) -> None:
        """Delete the key in both places for good; deleting it again changes nothing.

        Raises `MediaKeyKeepingError` where a place cannot be written to; `reconcile` then ends it.
        """
        try:
            for folder in (self.folder, self.mirror):
                _write(folder / f"{key_id}{DELETED}", b"")
                _shred(folder / f"{key_id}{KEY}")
        except OSError as error:
            message = "A copy of the key could not be deleted. It will be at the next start."
            raise MediaKeyKeepingError(message) from error

    def key_ids(self) -> frozenset[UUID]:
        """Return the ids of every key that is kept."""
        return frozenset(_ids(self.folder, KEY))

    def reconcile(self) -> int:
        """Make both places say the same; return how many files that put right.

        What was deleted in either is deleted in both; any other key that one lacks is copied from
        the other.
        """
        places = (self.folder, self.mirror)
        deleted = {key_id for place in places for key_id in _ids(place, DELETED)}
        kept = {key_id for place in places for key_id in _ids(place, KEY)}
        mended = sum(_mend(places, key_id, DELETED) for key_id in deleted)
        mended += sum(_mend(places, key_id, KEY) for key_id in kept - deleted)
        stale = [place / f"{key_id}{KEY}" for key_id in kept & deleted for place in places]
        stale += [part for place in places for part in place.glob(f"*{PART}")]
        return mended + sum(_shred(file) for file in stale)

    def _unwrapped(self, key_id: UUID, kept: bytes) -> bytes:
        nonce, sealed = kept[1 : 1 + NONCE_BYTES], kept[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, sealed, kept[:1] + key_id.bytes)
        except (InvalidTag, ValueError):
            message = "The master key does not open the key of these pictures, or it was changed."
            raise SealedFileKeyError(message) from None


def _bound(key_id: UUID) -> bytes:
    return VERSION + key_id.bytes


def _ids(folder: Path, suffix: str) -> Iterator[UUID]:
    for file in folder.glob(f"*{suffix}"):
        with suppress(ValueError):
            yield UUID(file.stem)


def _mend(places: tuple[Path, Path], key_id: UUID, suffix: str) -> int:
    files = [place / f"{key_id}{suffix}" for place in places]
    found = next(file for file in files if file.exists())
    lacking = [file for file in files if not file.exists()]
    for file in lacking:
        _write(file, found.read_bytes())
    return len(lacking)


def _write(file: Path, content: bytes) -> None:
    """Write a small file at once or not at all, and see it on disk."""
    folders.make_private(file.parent)
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}{PART}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(file)
    folders.sync(file.parent)


def _shred(file: Path) -> int:
    """Overwrite a small file and remove it; return how many that were, 1 or 0.

    A disk may keep old blocks all the same: what lies in them is still wrapped by the master key.
    """
    try:
        with file.open("r+b") as handle:
            handle.write(secrets.token_bytes(file.stat().st_size))
            handle.flush()
            os.fsync(handle.fileno())
    except FileNotFoundError:
        return 0
    file.unlink()
    folders.sync(file.parent)
    return 1
