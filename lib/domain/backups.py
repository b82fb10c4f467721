"""What a back-up is: its manifest, its seal, how long it is kept; pure.

The manifest names every file with its size and SHA-256 and nothing about anybody. Its seal is made
with a key that only the clinic has: a back-up of another clinic, or a changed one, does not fit.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from lib.errors import BackupDamagedError

FORMAT = 1
MANIFEST = "manifest.json"
PURPOSE = b"back-ups"
# A folder's name: a moment in UTC, without colons because Windows has none in names.
STAMP = "%Y-%m-%dT%H-%M-%SZ"
# A nightly back-up that is this old has been missed.
OVERDUE_AFTER = timedelta(hours=26)
HOURS_SPOKEN = timedelta(hours=48)
MINUTES_SPOKEN = timedelta(minutes=90)


class BackupKind(StrEnum):
    """Why a back-up was made."""

    DEMAND = "demand"
    NIGHTLY = "nightly"


class BackupState(StrEnum):
    """How a back-up stands; `CHECKED` was restored into a scratch folder and found sound."""

    RUNNING = "running"
    MADE = "made"
    CHECKED = "checked"
    FAILED = "failed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Copied:
    """One file of a back-up: its path inside it, with slashes; its size in bytes; its SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a back-up holds. `copied_at` is the moment (UTC) whose state of the store it has.

    `tables` counts rows; `heads` are the ends of the audit chains: chain, position, hash.
    """

    backup_id: str
    kind: str
    copied_at: datetime
    ends_on: date
    schema: int
    software: str
    tables: Mapping[str, int]
    heads: tuple[tuple[str, int, str], ...]
    files: tuple[Copied, ...]
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Return how many bytes its files have together."""
        return sum(file.size for file in self.files)


def key_of(master_key: bytes) -> bytes:
    """Return the key that seals manifests, derived from the clinic's master key."""
    return hmac.digest(master_key, PURPOSE, "sha256")


def text_of(manifest: Manifest, key: bytes) -> str:
    """Return the manifest as JSON with its seal, HMAC-SHA256 over everything else."""
    said = asdict(manifest)
    said["copied_at"] = manifest.copied_at.isoformat()
    said["ends_on"] = manifest.ends_on.isoformat()
    return json.dumps({**said, "seal": _seal(said, key)}, indent=1)


def read(text: str, key: bytes) -> Manifest:
    """Return the manifest that was written.

    Raises `BackupDamagedError` when it is not one, was changed, or belongs to another clinic.
    """
    try:
        said = json.loads(text)
        seal = said.pop("seal")
        is_ours = hmac.compare_digest(str(seal), _seal(said, key))
        manifest = _manifest(said) if is_ours else None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = "Its manifest cannot be read. Use another back-up."
        raise BackupDamagedError(message) from error
    if manifest is None:
        message = (
            "Its manifest was changed, or it belongs to another clinic: the key of this one does "
            "not fit. Use another back-up, or put that clinic's master key in place."
        )
        raise BackupDamagedError(message)
    return manifest


def _seal(said: Mapping[str, Any], key: bytes) -> str:
    written = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, written.encode(), hashlib.sha256).hexdigest()


def _manifest(said: dict[str, Any]) -> Manifest:
    if said["format"] > FORMAT:
        message = "It was made by a newer version of the software. Install that version."
        raise BackupDamagedError(message)
    return Manifest(
        **{
            **said,
            "copied_at": datetime.fromisoformat(said["copied_at"]),
            "ends_on": date.fromisoformat(said["ends_on"]),
            "heads": tuple((str(chain), int(at), str(end)) for chain, at, end in said["heads"]),
            "files": tuple(Copied(**one) for one in said["files"]),
        }
    )


def name_of(moment: datetime) -> str:
    """Return the name of the folder of a back-up that begins at a moment (UTC)."""
    return moment.strftime(STAMP)


def moment_in(name: str) -> datetime | None:
    """Return the moment in a folder's name, or None when it is not a back-up's."""
    try:
        return datetime.strptime(name, STAMP).replace(tzinfo=None)  # noqa: DTZ007 - kept as UTC
    except ValueError:
        return None


def ends_on(moment: datetime, days: int, zone: ZoneInfo) -> date:
    """Return the last day on which a back-up of that moment (UTC) is kept."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date() + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Kept:
    """A back-up as rotation sees it."""

    name: str
    copied_at: datetime
    ends_on: date
    is_good: bool


def expired(kept: Iterable[Kept], today: date) -> list[Kept]:
    """Return what is to be removed: everything past its last day, but never the last good one."""
    there = list(kept)
    last = last_good(there)
    return [one for one in there if one.ends_on < today and one is not last]


def last_good(kept: Iterable[Kept]) -> Kept | None:
    """Return the newest good one, or None."""
    return max((one for one in kept if one.is_good), key=lambda one: one.copied_at, default=None)


def is_overdue(last: datetime | None, now: datetime) -> bool:
    """Tell whether a night has passed without a good back-up; `last` is the newest one's moment."""
    return last is None or now - last > OVERDUE_AFTER


def ago(age: timedelta) -> str:
    """Return an age in words: `just now`, `12 minutes ago`, `3 hours ago`, `4 days ago`."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if age < MINUTES_SPOKEN:
        return "a minute ago" if minutes == 1 else f"{minutes} minutes ago"
    if age < HOURS_SPOKEN:
        hours = round(minutes / 60)
        return "an hour ago" if hours == 1 else f"{hours} hours ago"
    return f"{age.days} days ago"
