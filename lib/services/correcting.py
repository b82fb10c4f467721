"""What every correction has in common: mine over what both saw, theirs where only they changed.

A form's id is saved once. The same id with the same words is the second click of one person; with
other words it is another window of the same form, and that is said rather than lost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lib.domain.conflicts import Choice, compare
from lib.errors import InvalidInputError, SavedAlreadyError, StaleVersionError

Typed = Mapping[str, object]
SAVED_ALREADY = (
    "This form was saved in another window meanwhile, with something else. "
    "Look at what is there first; saving again keeps this too."
)


class Wanted(Protocol):
    """What a correction's form says: what it began with, what it says now, what was decided."""

    @property
    def base(self) -> Typed:
        """Return what the form began with."""

    @property
    def typed(self) -> Typed:
        """Return what the form says now."""

    @property
    def choices(self) -> Mapping[str, Choice]:
        """Return whose value is kept of each field that both changed."""

    @property
    def seen(self) -> int:
        """Return the version that the person had before their eyes last."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The version in force: what it says as a form would, its number and who made it."""

    typed: Typed
    version: int
    by: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """What is said where somebody else changed the same, and where nothing was changed.

    Without the second, changing nothing is no fault.
    """

    stale: str
    nothing: str | None = None


def merged(
    wanted: Wanted, standing: Standing, fields: Sequence[str], words: Words
) -> dict[str, object]:
    """Return what the new version is to say, in the fields of the form.

    Raises `StaleVersionError` where both changed a field and nobody decided between them yet, and
    `InvalidInputError` where the form changes nothing.
    """
    base = {name: wanted.base.get(name) or "" for name in fields}
    mine = {name: wanted.typed.get(name) or "" for name in fields}
    theirs = {name: standing.typed.get(name) or "" for name in fields}
    changes = compare(base, mine, theirs).resolved(wanted.choices)
    if changes is None or (wanted.choices and standing.version != wanted.seen):
        by = standing.by or "Somebody"
        raise StaleVersionError(words.stale, theirs=standing.typed, version=standing.version, by=by)
    if not changes and words.nothing:
        raise InvalidInputError(words.nothing)
    return {**standing.typed, **changes}


def check_same(wanted: Wanted, kept: Typed, read: Callable[[Typed], object]) -> None:
    """Raise `SavedAlreadyError` unless the version that has the form's id says what the form does.

    `read` turns what a form says into what is kept of it, so that spelling makes no difference.
    """
    mine = {
        name: wanted.typed[name]
        for name in wanted.typed
        if wanted.typed[name] != wanted.base.get(name)
        and wanted.choices.get(name) is not Choice.THEIRS
    }
    if read({**kept, **mine}) != read(kept):
        raise SavedAlreadyError(SAVED_ALREADY)
