"""One picture's own page: what it is, what it may be used for, where it was used, who saw it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.domain.consent import State
from lib.domain.media import Purpose
from lib.domain.media_gallery import Picture
from lib.domain.restriction import Ground
from lib.errors import NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media import lens
from lib.services.media.gallery import NO_PICTURE
from lib.services.media.grants import PICTURE, Grant, grants
from lib.services.media.refusals import Wish, noting
from lib.services.records import usable
from lib.store import media_gallery, media_history, media_uses
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_history import Facts, LabelVersion, RenditionFacts
from lib.store.media_uses import NotedUse

LOOKS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class PurposeState:
    """Whether the picture may be used for a purpose now, and the sentence that says why.

    `state` is that of consent; None for the record, which rests on its own basis.
    """

    purpose: Purpose
    is_permitted: bool
    why: str
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Who did what with the picture, and when (UTC); `detail` says which way, never who it shows.

    `person_name` is None for what the software did by itself.
    """

    occurred_at: datetime
    person_name: str | None
    action: str
    is_refused: bool
    ground: str | None
    detail: dict[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Photograph:
    """Everything that a picture's own page shows.

    `uses` are all versions, those in force without `superseded_at`; everything the newest first.
    """

    picture: Picture
    facts: Facts
    renditions: tuple[RenditionFacts, ...]
    purposes: tuple[PurposeState, ...]
    uses: tuple[NotedUse, ...]
    versions: tuple[LabelVersion, ...]
    seen: tuple[Seen, ...]


def open_photograph(  # noqa: PLR0913 - a picture is asked for by all of it
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    media_id: UUID,
    *,
    as_of: date,
    ground: Ground | None = None,
) -> Photograph:
    """Return a picture's own page, also of a removed one; the look is in the trail.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError` and `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.VIEW_MEDIA, patient_id=patient_id)
    looked_at = now()
    is_noted = grants.is_viewed(actor, media_id, PICTURE + Purpose.RECORD, looked_at)

    def work(unit: UnitOfWork) -> tuple[Photograph, Ground | None]:
        _, restriction = usable(unit.cursor, patient_id, ground)
        used = ground if restriction else None
        found = _read(unit.cursor, patient_id, media_id, as_of)
        if not is_noted:
            unit.audit(actor, _viewed(patient_id, media_id, used))
        return found, used

    wish = Wish(Permission.VIEW_MEDIA, patient_id, media_id)
    found, used = noting(clinic, actor, wish, work)
    grant = Grant(Purpose.RECORD, used, found.picture.removed_at is not None)
    grants.give(actor, [media_id], grant, looked_at)
    grants.note_view(actor, media_id, PICTURE + Purpose.RECORD, looked_at)
    return found


def _read(cursor: Cursor, patient_id: UUID, media_id: UUID, as_of: date) -> Photograph:
    picture = media_gallery.get_pictures(cursor, patient_id, [media_id]).get(media_id)
    facts = media_history.get_facts(cursor, media_id)
    if picture is None or facts is None:
        raise NotFoundError(NO_PICTURE)
    looks = media_history.list_looks(cursor, patient_id, media_id, LOOKS_SHOWN)
    return Photograph(
        picture=picture,
        facts=facts,
        renditions=tuple(media_history.list_renditions(cursor, media_id)),
        purposes=tuple(_state(cursor, patient_id, purpose, as_of) for purpose in Purpose),
        uses=tuple(media_uses.list_uses(cursor, patient_id, media_id)),
        versions=tuple(media_history.list_versions(cursor, patient_id, media_id)),
        seen=tuple(_seen(one) for one in looks),
    )


def _state(cursor: Cursor, patient_id: UUID, purpose: Purpose, as_of: date) -> PurposeState:
    found = lens.standing(cursor, patient_id, purpose, as_of)
    return PurposeState(
        purpose=purpose,
        is_permitted=found is None or found.may_use,
        why=lens.why(found),
        state=found.state if found else None,
    )


def _seen(look: media_history.Look) -> Seen:
    return Seen(
        occurred_at=look.occurred_at,
        person_name=look.person_name,
        action=look.action,
        is_refused=look.outcome == Outcome.REFUSED,
        ground=look.ground,
        detail=json.loads(look.detail),
    )


def _viewed(patient_id: UUID, media_id: UUID, ground: Ground | None) -> Event:
    return Event(
        Action.MEDIA_VIEWED,
        patient_id=patient_id,
        subject_id=media_id,
        ground=ground.value if ground else None,
        detail={"purpose": Purpose.RECORD.value, "screen": "photograph"},
    )


def now() -> datetime:
    """Return the moment, in UTC as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
