"""Every file and folder outside the store's tables in which a person could still be."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from lib.domain.identifiers import Kind
from lib.media import keys as media_keys
from lib.media.frames import MARK
from lib.services.anchors import file_of as anchors_file
from lib.services.clinic import STORE_FILE, Clinic
from lib.services.disposal import pending
from lib.services.disposal.matching import Matcher

PIECE = 1 << 20
OVERLAP = 1 << 12
NAMES_AT_ONCE = 10_000
# A store that a rewrite left behind: the old one, or half of the new one.
LEFT_BEHIND = (".next", ".old", ".former")
# The mark that a key was deleted carries the key's id and nothing else: it keeps an old copy of the
# folder from bringing the key back.
MARKS = (media_keys.DELETED,)
SEALED = frozenset({media_keys.KEY, pending.SUFFIX, pending.FACTS})


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that is searched, by the word that a certificate and a message use for it."""

    words: str
    path: Path


@dataclass(slots=True)
class Read:
    """How much was looked at: files by name, files by content, their bytes; what was found."""

    names: int = 0
    contents: int = 0
    size: int = 0


def folders(clinic: Clinic) -> list[Folder]:
    """Return every folder that the software writes to; back-ups are told of, not searched."""
    home = clinic.home
    found = [
        Folder("the clinic's home", home),
        Folder("the key folder", home.parent / f"{home.name}.keys"),
        Folder("the mirror of the keys", media_keys.mirror_folder(clinic.settings).parent),
        Folder("the anchors", anchors_file(clinic).parent),
        Folder("the logs", home.parent / f"{home.name}.logs"),
    ]
    return [one for one in found if one.path.is_dir()]


def search(folder: Folder, matcher: Matcher, read: Read) -> Iterator[tuple[str, Counter[Kind]]]:
    """Give where in a folder something was found: in a name, or in a file that is not sealed."""
    names: list[str] = []
    for path in _files(folder.path):
        read.names += 1
        if not path.name.endswith(MARKS):
            names.append(str(path.relative_to(folder.path)))
        if path.name.startswith(f"{STORE_FILE}.") and path.name.endswith(LEFT_BEHIND):
            yield f"{folder.words}: a store that a rewrite left behind", Counter({Kind.ROW_ID: 1})
        elif _is_open(path):
            found = _in_content(path, matcher, read)
            if found:
                yield f"{folder.words}: {_kind_of(folder.path, path)}", found
        if len(names) >= NAMES_AT_ONCE:
            yield from _in_names(folder, matcher, names)
            names.clear()
    yield from _in_names(folder, matcher, names)


def keys_left(clinic: Clinic, key_ids: Iterable[UUID]) -> tuple[int, int]:
    """Return how many of these media keys are gone from both places, and how many are not."""
    places = (
        media_keys.key_folder(clinic.settings),
        media_keys.mirror_folder(clinic.settings),
    )
    wanted = set(key_ids)
    left = {
        one
        for one in wanted
        if any((place / f"{one}{media_keys.KEY}").exists() for place in places)
    }
    return len(wanted) - len(left), len(left)


def _files(folder: Path) -> Iterator[Path]:
    for root, _, files in os.walk(folder):
        yield from (Path(root) / name for name in files)


def _is_open(path: Path) -> bool:
    """Tell whether a file's content could be read by anybody: it is neither store nor sealed."""
    if path.name.startswith(STORE_FILE) or path.suffix in SEALED:
        return False
    if f"{STORE_FILE}.spill" in path.parts:
        return False
    try:
        with path.open("rb") as handle:
            return handle.read(len(MARK)) != MARK
    except FileNotFoundError:
        return False


def _in_content(path: Path, matcher: Matcher, read: Read) -> Counter[Kind]:
    found: Counter[Kind] = Counter()
    read.contents += 1
    with path.open("rb") as handle:
        kept = b""
        while piece := handle.read(PIECE):
            read.size += len(piece)
            found += matcher.in_bytes(kept + piece)
            kept = piece[-OVERLAP:]
    return found


def _in_names(
    folder: Folder, matcher: Matcher, names: list[str]
) -> Iterator[tuple[str, Counter[Kind]]]:
    if found := matcher.in_values(names):
        yield f"{folder.words}: the name of a file", found


def _kind_of(folder: Path, path: Path) -> str:
    """Return where a file lies without its own name, which could be somebody's."""
    inner = path.relative_to(folder).parts
    return f"a file in {inner[0]}" if len(inner) > 1 else f"a file ending in {path.suffix or '-'}"
