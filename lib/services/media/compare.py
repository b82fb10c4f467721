"""What a screen of comparison shows: the pictures, how they are aligned, and the course around."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from lib.domain import alignment as alignments
from lib.domain import course
from lib.domain.access import Actor, Permission
from lib.domain.alignment import Alignment, Box
from lib.domain.audit import Action, Event
from lib.domain.course import Pose, Shot, Step, Suggestion, Treated
from lib.domain.media import Kind
from lib.domain.media_gallery import Filters, Picture
from lib.domain.restriction import Ground
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media import lens, pairs
from lib.services.media.grants import Grant, grants
from lib.services.media.pairs import Look
from lib.services.media.refusals import Wish, noting
from lib.services.records import usable
from lib.store import media_gallery, treatments
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_gallery import Cut

# The newest photographs and treatments of a patient; more than a course of treatment has.
MOST_PICTURES = 600
MOST_TREATMENTS = 300
MOST_COMPARED = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pictures are to be compared, and the pose whose course is shown; empty for a choice."""

    media_ids: tuple[UUID, ...] = ()
    pose: Pose | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pictures to compare, the first being the one that others are laid over, and their course.

    `frame` is what all aligned pictures show, in pixels of the first; None with nothing aligned, or
    too little in common. `why` says how a pair was chosen where nobody chose. `poses` has the poses
    there are with how many pictures have each; `steps` are those of `pose`, `strip` their pictures.
    `hidden` is how many pictures the lens keeps back.
    """

    pictures: tuple[Picture, ...] = ()
    alignments: Mapping[UUID, Alignment] = field(default_factory=dict)
    frame: Box | None = None
    why: str = ""
    poses: Mapping[Pose, int] = field(default_factory=dict)
    pose: Pose | None = None
    steps: tuple[Step, ...] = ()
    strip: Mapping[UUID, Picture] = field(default_factory=dict)
    hidden: int = 0


def begin(clinic: Clinic, actor: Actor, patient_id: UUID, asked: Asked, look: Look) -> Comparison:
    """Return what is compared, and note the look; its pictures may be fetched for some minutes.

    Raises `NotPermittedError`, `MergedError`, `GroundNeededError` (rule E1), and `NotFoundError`
    or `InvalidInputError` for a wish that cannot be had.
    """
    authorise(clinic, actor, Permission.VIEW_MEDIA, patient_id=patient_id)

    def work(unit: UnitOfWork) -> tuple[Comparison, Ground | None]:
        _, restriction = usable(unit.cursor, patient_id, look.ground)
        used = look.ground if restriction else None
        found = _read(unit.cursor, patient_id, asked, look)
        unit.audit(actor, _listed(patient_id, found, look, used))
        return found, used

    found, used = noting(clinic, actor, Wish(Permission.VIEW_MEDIA, patient_id), work)
    shown = {*found.strip, *(one.media_id for one in found.pictures)}
    now = datetime.now(UTC).replace(tzinfo=None)
    grants.give(actor, shown, Grant(look.purpose, used), now)
    return found


def shot_of(picture: Picture) -> Shot:
    """Return what of a picture decides how it is compared."""
    return Shot(
        media_id=picture.media_id,
        captured_on=picture.captured_on,
        treatment_series_id=picture.treatment_series_id,
        treatment_name=picture.treatment_name,
        view=picture.view,
        expression=picture.expression,
        stage=picture.stage,
    )


def _read(cursor: Cursor, patient_id: UUID, asked: Asked, look: Look) -> Comparison:
    filters = Filters(kind=Kind.PHOTOGRAPH)
    if not lens.is_permitted(cursor, patient_id, look.purpose, look.as_of):
        return Comparison(hidden=media_gallery.count_pictures(cursor, patient_id, filters))
    every = media_gallery.list_pictures(cursor, patient_id, filters, Cut(MOST_PICTURES))
    shots = {one.media_id: shot_of(one) for one in every}
    suggested = _suggested(cursor, patient_id, asked, shots)
    chosen = _chosen(cursor, patient_id, (asked, suggested), look)
    others = [one.media_id for one in chosen[1:]]
    first_id = chosen[0].media_id if chosen else None
    aligned = pairs.aligned_to(cursor, patient_id, first_id, others) if first_id else {}
    pose = asked.pose or _pose_of(chosen, every)
    strip = {one.media_id: one for one in every if shots[one.media_id].pose == pose}
    given = treatments.list_treatments(cursor, patient_id, None, MOST_TREATMENTS)
    return Comparison(
        pictures=tuple(chosen),
        alignments=aligned,
        frame=_frame(chosen, aligned),
        why=suggested.why if suggested else "",
        poses=Counter(shot.pose for shot in shots.values()),
        pose=pose,
        steps=tuple(
            course.steps(
                [shots[key] for key in strip],
                [Treated(one.treated_on, one.name) for one in given],
            )
        ),
        strip=strip,
    )


def _suggested(
    cursor: Cursor, patient_id: UUID, asked: Asked, shots: Mapping[UUID, Shot]
) -> Suggestion | None:
    """Return a pair where none is named; one picture alone gets another beside it."""
    if not asked.media_ids:
        return course.suggestion(shots.values())
    if len(asked.media_ids) > 1:
        return None
    named = media_gallery.get_pictures(cursor, patient_id, asked.media_ids).values()
    return next((course.companion(shot_of(one), shots.values()) for one in named), None)


def _chosen(
    cursor: Cursor, patient_id: UUID, named: tuple[Asked, Suggestion | None], look: Look
) -> list[Picture]:
    asked, suggested = named
    # What is named is looked for first, so that a removed picture is said to be one.
    there = pairs.comparable(cursor, patient_id, asked.media_ids[:MOST_COMPARED], look)
    if suggested is None:
        return there if len(there) > 1 else []
    pair = (suggested.first.media_id, suggested.second.media_id)
    return pairs.comparable(cursor, patient_id, pair, look)


def _pose_of(chosen: Sequence[Picture], every: Sequence[Picture]) -> Pose | None:
    decides = chosen[0] if chosen else every[0] if every else None
    return shot_of(decides).pose if decides else None


def _frame(chosen: Sequence[Picture], aligned: Mapping[UUID, Alignment]) -> Box | None:
    others = [
        (aligned[one.media_id], pairs.size_of(one)) for one in chosen if one.media_id in aligned
    ]
    return alignments.shared_by_all(pairs.size_of(chosen[0]), others) if others else None


def _listed(patient_id: UUID, found: Comparison, look: Look, ground: Ground | None) -> Event:
    detail: dict[str, str | int | bool] = {
        "purpose": look.purpose.value,
        "shown": len(found.strip),
        "compared": len(found.pictures),
    }
    used = ground.value if ground else None
    return Event(Action.MEDIA_LISTED, patient_id=patient_id, ground=used, detail=detail)
