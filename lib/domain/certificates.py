"""The certificate of a disposal: what it says, its exact text, its hash and its signature; pure.

It names no patient: items by their disposal numbers, everything else as counts and days.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
PURPOSE = b"juno-desk certificates of disposal 1"
KEY_BYTES = 32
NOT_ONE = "it is not a certificate of disposal"
CHANGED = "its content is not the one that its hash was made of"
NOT_SIGNED = "its signature does not fit its content"


@dataclass(frozen=True, slots=True)
class Remains:
    """Something that is kept by rule: the rule's number, what it is, how many."""

    rule: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Place:
    """One place that was searched, and how much of it: rows, files or entries."""

    what: str
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class HeldUntil:
    """A copy of the store that was made before and can hold the rows until its last day."""

    what: str
    made_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Searched:
    """What the proof looked for and where, and what it found; `shared` is by kind of identifier.

    A shared identifier is held by a record that remains, for its own sake: a family's telephone.
    `namesakes` counts remaining records with the same name and date of birth.
    """

    began_at: datetime
    ended_at: datetime
    identifiers: Mapping[str, int]
    places: tuple[Place, ...]
    shared: Mapping[str, int]
    namesakes: int
    keys_gone: int
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified. Times are UTC; `counts` are rows, files and keys that went, by category.

    `number` is its case's: a case has one certificate.
    `items` are numbers of those disposed of; `partial` those of whom the vital subset is kept;
    `skipped` says why an item of the case was not touched.
    """

    number: str
    method: str
    as_of: date
    proposed_at: datetime
    proposed_by: UUID
    approved_at: datetime
    approved_by: UUID
    erased_at: datetime
    issued_at: datetime
    items: tuple[str, ...]
    partial: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
    remains: tuple[Remains, ...]
    search: Searched
    held_in: tuple[HeldUntil, ...] = ()
    # The day on which the last back-up that can hold them ends; None: there is none.
    backups_end_on: date | None = None
    version: int = field(default=VERSION)


@dataclass(frozen=True, slots=True)
class Signed:
    """The exact text of a certificate with its SHA-256, its signature and the key for checking."""

    content: str
    digest: str
    signature: str
    public_key: str


def content_of(certificate: Certificate) -> str:
    """Return the exact text that is hashed and signed: JSON, keys in order, no space to spare."""
    return canonical(asdict(certificate))


def canonical(value: object) -> str:
    """Return a value as JSON text, the same however its keys were ordered."""
    return json.dumps(
        value, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def digest_of(content: str) -> str:
    """Return the SHA-256 of a certificate's text, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def signing_key(master_key: bytes) -> Ed25519PrivateKey:
    """Return the key that signs a clinic's certificates, derived from its master key (HKDF)."""
    seed = HKDF(SHA256(), KEY_BYTES, None, PURPOSE).derive(master_key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key_of(master_key: bytes) -> str:
    """Return the key by which a clinic's certificates can be checked, in base64."""
    return _text(signing_key(master_key).public_key().public_bytes_raw())


def signed(content: str, master_key: bytes) -> Signed:
    """Return a certificate's text with its hash and signature (Ed25519 over the hash's text)."""
    digest = digest_of(content)
    signature = signing_key(master_key).sign(digest.encode())
    return Signed(content, digest, _text(signature), public_key_of(master_key))


def fault_of(signed: Signed) -> str | None:
    """Return what is wrong with a certificate in itself, or None.

    That the key is the clinic's own only the clinic can say: compare `public_key`.
    """
    if digest_of(signed.content) != signed.digest:
        return CHANGED
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed.public_key, validate=True))
        key.verify(base64.b64decode(signed.signature, validate=True), signed.digest.encode())
    except (InvalidSignature, ValueError):
        return NOT_SIGNED
    return None


def file_of(signed: Signed) -> bytes:
    """Return the certificate as a file of JSON that a person can read too."""
    kept = {
        "certificate": json.loads(signed.content),
        "sha256": signed.digest,
        "signature": signed.signature,
        "public_key": signed.public_key,
    }
    return (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode()


def signed_in(content: bytes) -> Signed:
    """Return the certificate that a file of `file_of` holds. Raises `ValueError` for any other."""
    try:
        kept = json.loads(content)
        parts = (kept["sha256"], kept["signature"], kept["public_key"])
        text = canonical(kept["certificate"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(NOT_ONE) from error
    if not all(isinstance(one, str) for one in parts):
        raise ValueError(NOT_ONE)
    return Signed(text, *parts)


def certificate_in(content: str) -> Mapping[str, Any]:
    """Return what a certificate's text says, as plain data for a screen or a sheet.

    Raises `ValueError` where it is none.
    """
    said = json.loads(content)
    if not isinstance(said, dict) or "backups_end_on" not in said:
        raise ValueError(NOT_ONE)
    return said


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
