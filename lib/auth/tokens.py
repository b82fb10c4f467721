"""Random tokens, their hashes, and secrets sealed under the master key; knows no person."""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lib.errors import TamperedStoreError

TOKEN_BYTES = 32
NONCE_BYTES = 12
FORMAT = "1"


def new_token() -> str:
    """Return a new secret token of 256 bits, safe in a cookie or a form."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return what the store keeps of a token; the token is random, so one plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(master_key: bytes, purpose: str, text: str) -> str:
    """Return a hash that nobody can look up without the master key (usernames, recovery codes)."""
    return hmac.new(_key_for(master_key, purpose), text.encode(), hashlib.sha256).hexdigest()


def seal(master_key: bytes, purpose: str, subject: str, plain: str) -> str:
    """Encrypt `plain` (AES-256-GCM) so that it opens only for the same purpose and subject."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = AESGCM(_key_for(master_key, purpose))
    sealed = box.encrypt(nonce, plain.encode(), _bound_to(purpose, subject))
    return f"{FORMAT}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(master_key: bytes, purpose: str, subject: str, sealed: str) -> str:
    """Return what was sealed; raise `TamperedStoreError` when it is not what was written."""
    version, _, body = sealed.partition(".")
    try:
        octets = base64.urlsafe_b64decode(body)
        box = AESGCM(_key_for(master_key, purpose))
        plain = box.decrypt(octets[:NONCE_BYTES], octets[NONCE_BYTES:], _bound_to(purpose, subject))
    except (InvalidTag, ValueError) as error:
        raise _changed() from error
    if version != FORMAT:
        raise _changed()
    return plain.decode()


def _changed() -> TamperedStoreError:
    return TamperedStoreError(
        "A secret in the store was damaged or changed from outside. An administrator can reset it."
    )


def _bound_to(purpose: str, subject: str) -> bytes:
    return f"{purpose}:{subject}".encode()


def _key_for(master_key: bytes, purpose: str) -> bytes:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
    return derived.derive(master_key)
