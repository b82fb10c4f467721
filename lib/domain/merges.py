"""Merging two records of one person: what the survivor says then, what asks for care; pure.

The absorbed record keeps its row; everything that hung on it moves. What a later undo gives back is
in `lib.domain.unmerging`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from lib.domain.ages import is_minor

# What a person chooses from, column by column; everything else of the survivor's row stays.
FIELDS = (
    *("title", "given_names", "family_name", "preferred_name", "sex", "born_on", "deceased_on"),
    *("registered_on", "note"),
)
NAMES = ("given_names", "family_name", "preferred_name")
UNKNOWN_SEX = "not_known"
ADVICE = (
    "Two people's histories in one record are dangerous. Merge only if you are sure, and say why "
    "below."
)
USUAL_REASON = "Two records of one person"


class Side(StrEnum):
    """Whose value is kept."""

    SURVIVOR = "survivor"
    ABSORBED = "absorbed"
    BOTH = "both"


class Asks(StrEnum):
    """What a warning wants before the merge: only to be read, a tick, or a reason in words."""

    NOTHING = "nothing"
    CONFIRMATION = "confirmation"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Identity:
    """A patient's row as far as a merge looks at it. `merged_into_id` is None for a live record."""

    patient_id: UUID
    reference: str
    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str
    born_on: date | None
    deceased_on: date | None
    registered_on: date
    note: str | None
    last_seen_on: date | None
    last_practitioner_id: UUID | None
    version: int
    merged_into_id: UUID | None


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that speaks against the merge, or follows from it: what, and what it means."""

    sentence: str
    asks: Asks
    advice: str = ""


Values = dict[str, object]
FullName = tuple[str, str]


def is_empty(column: str, value: object) -> bool:
    """Tell whether a column says nothing."""
    return value in {None, ""} or (column == "sex" and value == UNKNOWN_SEX)


def differing(survivor: Identity, absorbed: Identity) -> tuple[str, ...]:
    """Return the columns in which there is something to choose."""
    return tuple(
        column
        for column in FIELDS
        if not is_empty(column, getattr(absorbed, column))
        and getattr(survivor, column) != getattr(absorbed, column)
    )


def usual_side(column: str, survivor: Identity) -> Side:
    """Return what is kept when nobody chooses: the survivor's value, where it has one.

    Two notes are kept both: nothing that somebody wrote down is lost by saying nothing.
    """
    if is_empty(column, getattr(survivor, column)):
        return Side.ABSORBED
    return Side.BOTH if column == "note" else Side.SURVIVOR


def merged_values(survivor: Identity, absorbed: Identity, choices: Mapping[str, Side]) -> Values:
    """Return the columns of the survivor's row that change, with what they are set to."""
    values: Values = {}
    for column in differing(survivor, absorbed):
        side = choices.get(column, usual_side(column, survivor))
        theirs = getattr(absorbed, column)
        if side is Side.ABSORBED:
            values[column] = theirs
        elif side is Side.BOTH and column == "note":
            values[column] = f"{survivor.note}\n\n{theirs}" if survivor.note else theirs
    return values | _last_seen(survivor, absorbed)


def _last_seen(survivor: Identity, absorbed: Identity) -> Values:
    seen = absorbed.last_seen_on
    if seen is None or (survivor.last_seen_on is not None and survivor.last_seen_on >= seen):
        return {}
    theirs: Values = {
        "last_seen_on": seen,
        "last_practitioner_id": absorbed.last_practitioner_id,
    }
    return {name: value for name, value in theirs.items() if value != getattr(survivor, name)}


def aliases(
    survivor: Identity, absorbed: Identity, values: Values, known: Iterable[FullName]
) -> list[FullName]:
    """Return the names (given, family) that neither the merged row nor `known` has any more.

    They become aliases, so that the person is still found under each of them.
    """
    kept = {column: values.get(column, getattr(survivor, column)) for column in NAMES}
    used = {_folded(name) for name in known} | {_folded(name) for name in _names_of(kept)}
    found = []
    for one in (survivor, absorbed):
        for name in _names_of({column: getattr(one, column) for column in NAMES}):
            if _folded(name) not in used:
                used.add(_folded(name))
                found.append(name)
    return found


def _names_of(row: Mapping[str, object]) -> list[FullName]:
    family = str(row["family_name"] or "")
    names = [(str(row["given_names"] or ""), family)]
    if row["preferred_name"]:
        names.append((str(row["preferred_name"]), family))
    return names


def _folded(name: FullName) -> FullName:
    return name[0].casefold(), name[1].casefold()


def cautions(
    survivor: Identity, absorbed: Identity, systems: Iterable[str], as_of: date
) -> list[Caution]:
    """Return what a person must look at first, the gravest first.

    `systems` are those in which both records have a number of their own. Nothing here forbids the
    merge: a wrong date of birth is a common reason for a second record.
    """
    both = (survivor, absorbed)
    found = [*_against(survivor, absorbed)]
    found += [
        Caution(
            f"Both have a number of their own in “{system}”",
            Asks.CONFIRMATION,
            "Other software takes them for two people. The merged record keeps both numbers.",
        )
        for system in systems
    ]
    for one in both:
        if one.deceased_on is not None:
            sentence = f"{one.reference} is recorded as deceased"
            found.append(Caution(sentence, Asks.NOTHING))
        elif is_minor(one.born_on, as_of):
            sentence = f"By its date of birth {one.reference} is of somebody under 18"
            found.append(Caution(sentence, Asks.NOTHING))
    return found


def _against(survivor: Identity, absorbed: Identity) -> Iterable[Caution]:
    if survivor.born_on and absorbed.born_on and survivor.born_on != absorbed.born_on:
        yield Caution("The dates of birth differ", Asks.REASON, ADVICE)
    sexes = {survivor.sex, absorbed.sex} - {UNKNOWN_SEX}
    if len(sexes) > 1:
        yield Caution("The recorded genders differ", Asks.REASON, ADVICE)
    names = [_folded((one.given_names, one.family_name)) for one in (survivor, absorbed)]
    if all(mine != theirs for mine, theirs in zip(*names, strict=True)):
        yield Caution("Neither given names nor family names agree", Asks.REASON, ADVICE)
