"""Exporting a before-and-after image, where the purpose is permitted at that very moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.alignment import Alignment
from lib.domain.audit import Action, Event
from lib.domain.formats import day
from lib.domain.media import Rendition
from lib.domain.media_gallery import Picture
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError
from lib.media import before_after
from lib.media.before_after import Panel, Type
from lib.media.sealing import SealedFile
from lib.paper.pdf import FONTS
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.downloads import Download
from lib.services.media import pairs
from lib.services.media.pairs import Look
from lib.services.media.refusals import Wish, noting
from lib.services.records import usable
from lib.store import media_pairs
from lib.store.connection import UnitOfWork

FILENAME = "before-and-after.jpg"
LEAST, MOST = 2, 6
TYPE = Type(FONTS / "Inter-Regular.ttf", FONTS / "Inter-SemiBold.ttf")
HOW_MANY = "Choose two to six pictures to export beside each other."
NO_DATE = "date not known"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures, in which order, and how: with their dates, cut as aligned, matched in light.

    The first is the one that the others are laid over and matched to.
    """

    media_ids: tuple[UUID, ...]
    has_dates: bool = True
    is_aligned: bool = True
    is_matched: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """A picture that may be exported, the seal of its preview, how it lies over the first."""

    picture: Picture
    preview: SealedFile
    alignment: Alignment | None


def export(clinic: Clinic, actor: Actor, patient_id: UUID, wanted: Wanted, look: Look) -> Download:
    """Return the image as JPEG (sRGB, no metadata); each picture is in the trail as exported.

    It is made from previews, so it needs little memory and is at most 1,600 pixels high. Raises
    `NotPermittedError` where the role, or `PurposeNotPermittedError` where the patient's consent,
    does not allow it today; `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1),
    `InvalidInputError`, and a `SealedFileError` where a preview cannot be read.
    """
    authorise(clinic, actor, Permission.EXPORT_MEDIA, patient_id=patient_id)
    keys = wanted.media_ids
    if not LEAST <= len(keys) <= MOST or len(set(keys)) < len(keys):
        raise InvalidInputError(HOW_MANY)
    work = _Exporting(clinic, actor, patient_id, wanted, look)
    wish = Wish(Permission.EXPORT_MEDIA, patient_id)
    sources = noting(clinic, actor, wish, work.sources)
    panels = [_panel(source, wanted) for source in sources]
    content = before_after.made(panels, TYPE, is_matched=wanted.is_matched)
    # Drawing takes a moment: what was permitted before it must be so when the file is given away.
    event = noting(clinic, actor, wish, work.note)
    return Download(FILENAME, before_after.MEDIA_TYPE, event, content)


@dataclass(frozen=True, slots=True)
class _Exporting:
    """One export, on its way through the checks."""

    clinic: Clinic
    actor: Actor
    patient_id: UUID
    wanted: Wanted
    look: Look

    def sources(self, unit: UnitOfWork) -> list[_Source]:
        """Return the pictures with what is drawn of them."""
        pictures, _ = self._usable(unit)
        first_id, *others = self.wanted.media_ids
        aligned = pairs.aligned_to(unit.cursor, self.patient_id, first_id, others)
        keys = media_pairs.list_keys(unit.cursor, self.patient_id, self.wanted.media_ids)
        return [
            _Source(one, self._preview(one, keys), aligned.get(one.media_id)) for one in pictures
        ]

    def note(self, unit: UnitOfWork) -> Event:
        """Write each picture into the trail; return what is written when the file is fetched."""
        pictures, ground = self._usable(unit)
        events = [self._event(ground, one.media_id) for one in pictures]
        unit.audit(self.actor, *events)
        return self._event(ground, None)

    def _usable(self, unit: UnitOfWork) -> tuple[list[Picture], Ground | None]:
        _, restriction = usable(unit.cursor, self.patient_id, self.look.ground)
        found = pairs.comparable(unit.cursor, self.patient_id, self.wanted.media_ids, self.look)
        return found, self.look.ground if restriction else None

    def _preview(self, picture: Picture, keys: Mapping[UUID, UUID]) -> SealedFile:
        key_id = keys[picture.media_id]
        return self.clinic.media.sealed(picture.media_id, Rendition.PREVIEW, key_id)

    def _event(self, ground: Ground | None, media_id: UUID | None) -> Event:
        detail: dict[str, str | int | bool] = {
            "purpose": self.look.purpose.value,
            "as": "before and after",
            "dates": self.wanted.has_dates,
            "adjusted": self.wanted.is_matched,
        }
        return Event(
            Action.MEDIA_EXPORTED,
            patient_id=self.patient_id,
            subject_id=media_id,
            ground=ground.value if ground else None,
            detail=detail if media_id else {**detail, "fetched": len(self.wanted.media_ids)},
        )


def _panel(source: _Source, wanted: Wanted) -> Panel:
    with source.preview.reader() as reader:
        content = reader.read()
    alignment = source.alignment if wanted.is_aligned else None
    return Panel(content, lines_of(source.picture, has_dates=wanted.has_dates), alignment)


def lines_of(picture: Picture, *, has_dates: bool) -> tuple[str, ...]:
    """Return what stands under a picture: its stage, and its date unless that is left out."""
    stage = picture.stage.value[:1].upper() + picture.stage.value[1:] if picture.stage else ""
    dated = day(picture.captured_on, NO_DATE) if has_dates else ""
    return tuple(filter(None, (stage, dated)))
