"""What changed between two versions of a thing, field by field and word by word; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|[^\s]+")


class Part(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of either version, and what became of them."""

    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that reads otherwise: its name and its words, old and new in reading order."""

    name: str
    pieces: tuple[Piece, ...]


def pieces_of(old: str, new: str) -> tuple[Piece, ...]:
    """Return the words of both texts in reading order, each said to be same, removed or added.

    Without what was added the pieces are the old text; without what was removed, the new one.
    """
    before, after = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece(Part.SAME, "".join(before[first:last])))
            continue
        if last > first:
            found.append(Piece(Part.REMOVED, "".join(before[first:last])))
        if end > start:
            found.append(Piece(Part.ADDED, "".join(after[start:end])))
    return tuple(found)


def differences(
    old: Mapping[str, str], new: Mapping[str, str], order: Sequence[str]
) -> tuple[Difference, ...]:
    """Return the fields that differ, in `order`; a field that one of them lacks is empty there."""
    pairs = ((name, old.get(name, ""), new.get(name, "")) for name in order)
    return tuple(
        Difference(name, pieces_of(before, after))
        for name, before, after in pairs
        if before != after
    )
