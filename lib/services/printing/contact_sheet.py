"""A contact sheet: pictures that somebody selected, in small, with what is said of each.

What was selected is held in memory for minutes, for the session that selected it. A page fetches
its pictures as a gallery does; a file brings them along, unsealed in memory alone.
"""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import formats
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.media import Kind, Purpose, Rendition
from lib.domain.media_gallery import Picture
from lib.domain.protocols import expression_words
from lib.errors import NotFoundError, SealedFileError
from lib.paper import sheet as paper
from lib.paper.sheet import Block, Pictures, Sheet
from lib.services.clinic import Clinic
from lib.services.media import lens, serving
from lib.services.printing import record as on_record
from lib.services.printing.banner import banner
from lib.services.printing.prepare import Asked, Printable, of_patient
from lib.store import media_gallery, media_thumbnails
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_thumbnails import Thumbnail

TITLE = "Contact sheet"
NAME = "contact-sheet"
KEPT = timedelta(minutes=30)
# Twenty pages; more is asked for in parts.
MOST = 240
ENDED = "This contact sheet has ended. Select the pictures again and ask for it anew."
NOTHING_LEFT = "None of these pictures may be shown any more."


@dataclass(frozen=True, slots=True)
class Selection:
    """Pictures of one patient that are to be printed, for whom and until when."""

    owner: tuple[UUID, UUID | None]
    patient_id: UUID
    media_ids: tuple[UUID, ...]
    purpose: Purpose
    ends_at: datetime


_lock = threading.Lock()
_selections: dict[UUID, Selection] = {}


def offer(
    actor: Actor, patient_id: UUID, media_ids: Sequence[UUID], purpose: Purpose, *, now: datetime
) -> UUID:
    """Return the id under which this person can print these pictures for a while."""
    owner = (actor.person_id, actor.session_id)
    sheet_id = uuid7s.uuid7()
    wanted = Selection(owner, patient_id, tuple(media_ids[:MOST]), purpose, now + KEPT)
    with _lock:
        for key in [key for key, one in _selections.items() if one.ends_at <= now]:
            del _selections[key]
        _selections[sheet_id] = wanted
    return sheet_id


def selections() -> dict[UUID, Selection]:
    """Return what is held now, by the id under which it is printed."""
    with _lock:
        return dict(_selections)


def forget_patients(patient_ids: Collection[UUID]) -> None:
    """End what was selected of these patients' pictures: their records are gone."""
    with _lock:
        for key in [key for key, one in _selections.items() if one.patient_id in patient_ids]:
            del _selections[key]


def sheet_of(cursor: Cursor, asked: Asked) -> Sheet:
    """Return the pictures that were selected, the oldest day first.

    Raises `NotFoundError` where nothing is selected (any more), `NotPermittedError` where the lens
    hides them, and what `records.read` raises.
    """
    wanted = _wanted(asked)
    record = on_record.read(cursor, asked, 1)
    patient_id = record.patient.patient_id
    lens.check(cursor, patient_id, wanted.purpose, asked.today)
    found = media_gallery.get_pictures(cursor, patient_id, wanted.media_ids)
    shown = sorted((one for one in found.values() if one.removed_at is None), key=_moment)
    thumbnails = media_thumbnails.list_thumbnails(cursor, [one.media_id for one in shown])
    return Sheet(
        title=TITLE,
        name=f"contact-sheet-{record.patient.reference}",
        printed=asked.printed,
        banner=banner(record, asked),
        note=_note(wanted, len(shown)),
        blocks=tuple(_blocks(shown, thumbnails, wanted.purpose)),
    )


def _wanted(asked: Asked) -> Selection:
    wanted = selections().get(asked.subject_id)
    owner = (asked.actor.person_id, asked.actor.session_id)
    if wanted is None or wanted.owner != owner or wanted.ends_at <= asked.now:
        raise NotFoundError(ENDED)
    return wanted


def _patient_of(_: Cursor, sheet_id: UUID) -> UUID | None:
    wanted = selections().get(sheet_id)
    return wanted.patient_id if wanted else None


def _moment(one: Picture) -> tuple[date, datetime, UUID]:
    return one.captured_on or date.max, one.captured_at or datetime.max, one.media_id  # noqa: DTZ901 - orders only


def _note(wanted: Selection, shown: int) -> str:
    purpose = "" if wanted.purpose is Purpose.RECORD else f" For {wanted.purpose.value}."
    return f"{formats.counted(shown, 'picture')}, the oldest first.{purpose}"


def _blocks(
    shown: Sequence[Picture], thumbnails: Mapping[UUID, Thumbnail], purpose: Purpose
) -> Iterator[Block]:
    if not shown:
        yield Pictures("", (), NOTHING_LEFT)
    for (day, treatment), group in groupby(shown, key=_heading):
        title = " · ".join(filter(None, (formats.day(day, "Day not known"), treatment)))
        made = (_picture(one, thumbnails.get(one.media_id), purpose) for one in group)
        yield Pictures(title, tuple(made))


def _heading(one: Picture) -> tuple[date | None, str | None]:
    return one.captured_on, one.treatment_name


def _picture(one: Picture, small: Thumbnail | None, purpose: Purpose) -> paper.Picture:
    lines = tuple(_words(one))
    return paper.Picture(
        alt=", ".join((formats.words(one.kind.value), *lines, formats.day(one.captured_on))),
        lines=lines,
        width=(small and small.width) or one.width,
        height=(small and small.height) or one.height,
        href=serving.address(one.media_id, Rendition.THUMBNAIL, purpose),
        media_type=small.media_type if small else "",
        source=f"{one.media_id} {small.key_id}" if small else "",
    )


def _words(one: Picture) -> Iterator[str]:
    said = (one.view and one.view.value, one.expression and expression_words(one.expression))
    view = ", ".join(filter(None, said))
    yield formats.words(view) if view else "View not said"
    under = " · ".join(filter(None, (one.stage and one.stage.value, one.area)))
    if under:
        yield formats.words(under)
    if one.kind is Kind.VIDEO:
        yield "Video"
    if one.is_guessed:
        yield "View and stage are a guess"


def fill(clinic: Clinic, sheet: Sheet) -> Sheet:
    """Return the sheet with the bytes of its pictures; one that cannot be read stays in words."""
    blocks = (
        replace(block, pictures=tuple(_filled(clinic, one) for one in block.pictures))
        if isinstance(block, Pictures)
        else block
        for block in sheet.blocks
    )
    return replace(sheet, blocks=tuple(blocks))


def _filled(clinic: Clinic, one: paper.Picture) -> paper.Picture:
    if not one.source:
        return one
    media_id, key_id = map(UUID, one.source.split(" "))
    try:
        with clinic.media.sealed(media_id, Rendition.THUMBNAIL, key_id).reader() as sealed:
            return replace(one, content=sealed.readall())
    except SealedFileError:
        return one


def _exported(unit: UnitOfWork, asked: Asked) -> Sheet:
    sheet = of_patient(sheet_of)(unit, asked)
    purpose = _wanted(asked).purpose
    keys = [
        one.source.split(" ")[0]
        for block in sheet.blocks
        if isinstance(block, Pictures)
        for one in block.pictures
    ]
    unit.audit(
        asked.actor,
        *(
            Event(
                Action.MEDIA_EXPORTED,
                patient_id=asked.patient_id,
                subject_id=UUID(key),
                ground=asked.ground.value if asked.ground else None,
                detail={"document": TITLE, "purpose": purpose.value},
            )
            for key in keys
            if key
        ),
    )
    return sheet


PRINTABLE = Printable(NAME, Permission.EXPORT_MEDIA, _exported, _patient_of, fill)
