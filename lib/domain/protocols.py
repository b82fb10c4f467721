"""Protocols: which views are taken of a treatment, in which order, and which are missing; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain.media import Expression, Stage, View
from lib.errors import InvalidInputError

LONGEST_NAME = 100
AT_REST = "at rest"
MOST_VIEWS = 30


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture that a protocol asks for: from where, what the face does (None: no matter)."""

    view: View
    expression: Expression | None = None

    @property
    def words(self) -> str:
        """Return it in words, like `left oblique, at rest`."""
        if self.expression is None:
            return self.view.value
        return f"{self.view.value}, {expression_words(self.expression)}"

    @property
    def key(self) -> str:
        """Return it as one text that `shot_of` reads again."""
        return f"{self.view.value}|{self.expression.value if self.expression else ''}"


@dataclass(frozen=True, slots=True)
class Protocol:
    """The shots of a group of products in order; without a group, of every other treatment."""

    protocol_id: UUID
    name: str
    product_group: str | None
    shots: tuple[Shot, ...]
    is_active: bool
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture there is: of which shot, at which stage and in which treatment's series."""

    media_id: UUID
    shot: Shot
    stage: Stage | None
    treatment_series_id: UUID | None
    captured_on: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shot of a protocol at one stage: the pictures there are of it, the newest first.

    `ghost` is the earlier picture that the next one should match, None where there is none.
    """

    shot: Shot
    taken: tuple[Taken, ...]
    ghost: Taken | None

    @property
    def is_missing(self) -> bool:
        """Tell whether no picture of it exists yet."""
        return not self.taken


def expression_words(expression: Expression) -> str:
    """Return what a face does as it is said beside a view."""
    return AT_REST if expression is Expression.REST else expression.value


def shot_of(key: object) -> Shot | None:
    """Return the shot that a key names, None where it names none."""
    view, _, expression = key.partition("|") if isinstance(key, str) else ("", "", "")
    try:
        return Shot(View(view), Expression(expression) if expression else None)
    except ValueError:
        return None


def check(protocol: Protocol) -> None:
    """Raise `InvalidInputError`, with its field, for a protocol that could not be followed."""
    if not protocol.name.strip() or len(protocol.name) > LONGEST_NAME:
        message = f"give it a name of at most {LONGEST_NAME} characters"
        raise InvalidInputError(message, field="name")
    if not 0 < len(protocol.shots) <= MOST_VIEWS:
        message = f"give it between 1 and {MOST_VIEWS} views"
        raise InvalidInputError(message, field="views")
    if len(set(protocol.shots)) < len(protocol.shots):
        message = "every view comes once with each expression"
        raise InvalidInputError(message, field="views")


def for_groups(protocols: Iterable[Protocol], groups: Iterable[str]) -> tuple[Protocol, ...]:
    """Return the protocols in use of these product groups; where none is, those of no group."""
    active = [one for one in protocols if one.is_active]
    wanted = set(groups)
    of_groups = tuple(one for one in active if one.product_group in wanted)
    return of_groups or tuple(one for one in active if one.product_group is None)


def shots_of(protocols: Iterable[Protocol]) -> tuple[Shot, ...]:
    """Return every shot of the protocols once, in their order."""
    return tuple(dict.fromkeys(shot for one in protocols for shot in one.shots))


def wanted_by_stage(
    shots: Sequence[Shot], pictures: Iterable[Taken], treatment_series_id: UUID | None
) -> Mapping[Stage, tuple[Wanted, ...]]:
    """Return, for each stage of a treatment, each shot with its pictures and its ghost.

    Without a treatment the pictures of no treatment count.
    """
    by_shot: dict[Shot, list[Taken]] = defaultdict(list)
    for picture in sorted(pictures, key=_age, reverse=True):
        by_shot[picture.shot].append(picture)
    return {
        stage: tuple(_wanted(shot, by_shot, stage, treatment_series_id) for shot in shots)
        for stage in Stage
    }


def _wanted(
    shot: Shot,
    by_shot: Mapping[Shot, Sequence[Taken]],
    stage: Stage,
    series_id: UUID | None,
) -> Wanted:
    alike = _alike(shot, by_shot)
    here = [one for one in alike if one.treatment_series_id == series_id]
    taken = tuple(one for one in here if one.stage is stage)
    earlier = [one for one in alike if one not in taken]
    before = [one for one in here if one.stage is Stage.BEFORE and one in earlier]
    # What came after is matched to its own "before"; a "before" to the last picture there is.
    ghost = next(iter((*before, *earlier)), None)
    return Wanted(shot, taken, ghost)


def _alike(shot: Shot, by_shot: Mapping[Shot, Sequence[Taken]]) -> list[Taken]:
    if shot.expression is not None:
        return list(by_shot.get(shot, ()))
    found = [one for other, ones in by_shot.items() if other.view is shot.view for one in ones]
    return sorted(found, key=_age, reverse=True)


def _age(picture: Taken) -> tuple[date, UUID]:
    return (picture.captured_on or date.min, picture.media_id)


def stage_on(
    as_of: date, treated_on: date | None, wanted: Mapping[Stage, Sequence[Wanted]]
) -> Stage:
    """Return the stage whose pictures are most likely taken on a day.

    On the day of the treatment: before it, until nothing of that is missing.
    """
    if treated_on is None or as_of < treated_on:
        return Stage.BEFORE
    if as_of > treated_on:
        return Stage.REVIEW
    is_open = any(one.is_missing for one in wanted[Stage.BEFORE])
    return Stage.BEFORE if is_open else Stage.IMMEDIATELY_AFTER
