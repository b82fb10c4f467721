"""The suppression list: addresses nobody writes to again, kept as keyed hashes alone; pure.

A hash holds no patient and no address, so it outlives the record and keeps the promise after it
(rule D6). Without the clinic's master key nobody can try addresses against the list.
"""

import hmac

from lib.domain import patient
from lib.domain.consent import Channel

PURPOSE = b"suppression list"
PHONES = frozenset({Channel.SMS, Channel.PHONE})


def key_of(master_key: bytes) -> bytes:
    """Return the key of the list's hashes, derived from the clinic's master key."""
    return hmac.digest(master_key, PURPOSE, "sha256")


def digest_of(key: bytes, channel: Channel, address: str) -> str:
    """Return the hash of an address on a channel (HMAC-SHA256), however the address is written.

    A phone number is given in E.164, a postal address as first line and postcode.
    """
    # Quick on purpose: a list over a million patients asks as many times.
    text = f"{channel}:{_normal(channel, address)}".encode(errors="surrogatepass")
    return hmac.digest(key, text, "sha256").hex()


def _normal(channel: Channel, address: str) -> str:
    folded = address.strip().casefold()
    if channel is Channel.POST:
        return "".join(filter(str.isalnum, folded))
    return folded


def read_address(channel: Channel, text: str, region: str) -> str:
    """Return an address as it is kept in records; `region` is of numbers without a prefix.

    Raises `InvalidInputError`.
    """
    if channel is Channel.EMAIL:
        return patient.email_of(text)
    if channel in PHONES:
        return patient.phone_number_of(text, region)
    return text.strip()
