"""A patient's details in versions: what any version said, and as the form shows them; pure."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from lib.domain import formats

# In the order of the form.
FIELDS = (
    *("family_name", "given_names", "title", "preferred_name", "born_on", "sex", "deceased_on"),
    *("source", "source_detail", "note"),
)
DAYS = frozenset({"born_on", "deceased_on"})
NAMES = ("given_names", "family_name")


class Numbered(Protocol):
    """Something that is kept in versions."""

    @property
    def version(self) -> int:
        """Return its number, from 1."""


Version = TypeVar("Version", bound=Numbered)


def at_version(kept: Sequence[Version], number: int) -> Version:
    """Return what the version of that number said, from those that are kept, in order.

    A number that is not kept said the same as the next that is: something else had changed. Raises
    `ValueError` past the newest.
    """
    for one in kept:
        if one.version >= number:
            return one
    message = f"there is no version {number}"
    raise ValueError(message)


def typed_of(details: object) -> dict[str, object]:
    """Return a patient's details as the form shows them; reading that gives them again."""
    found: dict[str, object] = {}
    for name in FIELDS:
        value = getattr(details, name)
        found[name] = formats.day(value, "") if name in DAYS else value or ""
    return found


def changed_fields(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    """Return the fields that read otherwise, in the order of the form."""
    return tuple(name for name in FIELDS if old[name] != new[name])
