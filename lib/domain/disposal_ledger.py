"""The ledger of disposals: which records are gone, told by keyed digests alone; pure.

It lies outside the store and its back-ups. A restored back-up is held against it, and what was
disposed of since goes again. Each line is sealed over the seal of the line before, so that a line
that was changed or taken out shows; what one says by itself counts all the same.
"""

import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

FIRST_SEAL = "0" * 64
PURPOSE = b"juno-desk disposal ledger 1"


@dataclass(frozen=True, slots=True)
class Line:
    """One record that went. `records` are digests of its ids and of those merged into it.

    Of a partial disposal `kept` are digests of the ids of the rows that stay (rule C7).
    """

    number: str
    case: str
    method: str
    disposed_at: str
    is_partial: bool
    records: tuple[str, ...]
    kept: tuple[str, ...] = ()
    proof: str = ""
    seal: str = ""


def key_of(master_key: bytes) -> bytes:
    """Return the key of digests and seals, derived from the clinic's master key."""
    return hmac.digest(master_key, PURPOSE, "sha256")


def digest_of(key: bytes, row_id: UUID | str) -> str:
    """Return the digest that stands for an id (HMAC-SHA256)."""
    return hmac.digest(key, str(row_id).encode(), "sha256").hex()


def sealed(line: Line, key: bytes, previous: str) -> Line:
    """Return the line with its proof, over what it says, and its seal, over the one before too."""
    proof = _mac(key, _said(line))
    return replace(line, proof=proof, seal=_mac(key, [proof, previous]))


def text_of(line: Line) -> str:
    """Return a line as it is written."""
    return json.dumps(asdict(line), sort_keys=True)


def line_in(text: str) -> Line | None:
    """Return the line that a text is, or None."""
    try:
        found: dict[str, Any] = json.loads(text)
        for name in ("records", "kept"):
            found[name] = tuple(map(str, found[name]))
        return Line(**found)
    except (ValueError, TypeError, KeyError):
        return None


def read(texts: Iterable[str], key: bytes) -> tuple[list[Line], list[str]]:
    """Return every line whose proof holds, in order, and what is wrong with the ledger."""
    lines: list[Line] = []
    faults = []
    previous = FIRST_SEAL
    for number, text in enumerate(texts, start=1):
        line = line_in(text)
        if line is None or not hmac.compare_digest(line.proof, _mac(key, _said(line))):
            faults.append(f"line {number} was changed or cut short")
            continue
        if not hmac.compare_digest(line.seal, _mac(key, [line.proof, previous])):
            faults.append(f"a line before line {number} was removed or changed")
        lines.append(line)
        previous = line.seal
    return lines, faults


def _said(line: Line) -> list[object]:
    words = [line.number, line.case, line.method, line.disposed_at, line.is_partial]
    return [*words, list(line.records), list(line.kept)]


def _mac(key: bytes, said: list[object]) -> str:
    return hmac.digest(key, json.dumps(said).encode(), "sha256").hex()
