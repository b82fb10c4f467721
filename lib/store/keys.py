"""Where the master key is kept and how it is made; refuses to know what it opens."""

import os
import secrets
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from lib.errors import KeyMissingError
from lib.settings import Settings

KEY_BYTES = 32
SERVICE = "clinic-master-key"


def default_key_file(home: Path) -> Path:
    """Return the key file's place: beside the clinic's home, never inside it."""
    return home.parent / f"{home.name}.keys" / "master.key"


def load(settings: Settings) -> bytes:
    """Return the 32-byte master key from the environment, the key file or the system keychain.

    Raises `KeyMissingError` when none of them has it or it has the wrong form.
    """
    if settings.key:
        return _decode(settings.key, "the environment variable CLINIC_KEY")
    file = settings.key_file or default_key_file(settings.home)
    if file.exists():
        return _decode(file.read_text("ascii", errors="replace"), f"the key file {file}")
    try:
        kept = keyring.get_password(SERVICE, str(settings.home.resolve()))
    except KeyringError:
        kept = None
    if kept:
        return _decode(kept, "the system keychain")
    message = (
        f"No master key was found. Put the clinic's key file at {file}, or set CLINIC_KEY_FILE."
    )
    raise KeyMissingError(message)


def create(settings: Settings) -> bytes:
    """Make a new master key in the key file (mode 0600) and return it."""
    file = settings.key_file or default_key_file(settings.home)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(KEY_BYTES)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(key.hex() + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    return key


def _decode(text: str, place: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = (
            f"The master key in {place} is not 64 hexadecimal digits. Restore it from safe-keeping."
        )
        raise KeyMissingError(message)
    return key
