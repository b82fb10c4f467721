"""Galleries: pictures of a patient, or of the clinic, by what they show and for which purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.media import Purpose
from lib.domain.media_gallery import NO_FACETS, Facets, Filters, Picture, Treated
from lib.domain.restriction import Ground
from lib.errors import NotFoundError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media import lens
from lib.services.media.grants import Grant, grants
from lib.services.media.refusals import Wish, noting
from lib.services.records import usable
from lib.store import media_clinic, media_gallery, search
from lib.store.connection import Cursor, UnitOfWork
from lib.store.media_clinic import Asked
from lib.store.media_gallery import Cut
from lib.store.search import ResultRow

__all__ = [
    "PAGE",
    "Facets",
    "Filters",
    "Page",
    "Picture",
    "Treated",
    "clinic_page",
    "page_of",
    "pictures",
]

PAGE = 60
NO_PICTURE = "There is no such picture in this record. It may have been removed."


@dataclass(frozen=True, slots=True)
class Page:
    """A page (from 0) of a gallery. `hidden` is how many of all that fit the lens keeps back.

    `patients` says whose the pictures are where there are several, by patient.
    """

    pictures: tuple[Picture, ...]
    total: int
    page: int
    facets: Facets
    hidden: int = 0
    patients: Mapping[UUID, ResultRow] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """Return how many pages there are; one where there is nothing."""
        return max(1, -(-self.total // PAGE))


def page_of(  # noqa: PLR0913, PLR0917 - a gallery is asked for all of it
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    filters: Filters,
    purpose: Purpose,
    page: int,
    *,
    as_of: date,
    ground: Ground | None = None,
) -> Page:
    """Return a page of a patient's pictures, the newest day first; one past the last is the last.

    The look is in the trail, and its thumbnails may be fetched for some minutes. Raises
    `NotPermittedError`, `NotFoundError`, `MergedError` and `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.VIEW_MEDIA, patient_id=patient_id)

    def work(unit: UnitOfWork) -> tuple[Page, Grant]:
        _, restriction = usable(unit.cursor, patient_id, ground)
        used = ground if restriction else None
        found = _page(unit.cursor, patient_id, filters, page)
        if not lens.is_permitted(unit.cursor, patient_id, purpose, as_of):
            found = Page((), 0, 0, NO_FACETS, hidden=found.total)
        unit.audit(actor, _listed(purpose, patient_id, used, len(found.pictures)))
        return found, Grant(purpose, used, filters.is_removed)

    found, grant = noting(clinic, actor, Wish(Permission.VIEW_MEDIA, patient_id), work)
    grants.give(actor, [one.media_id for one in found.pictures], grant, _now())
    return found


def pictures(  # noqa: PLR0913 - as a page is asked for
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    media_ids: Sequence[UUID],
    purpose: Purpose,
    *,
    as_of: date,
    ground: Ground | None = None,
) -> tuple[Picture, ...]:
    """Return these pictures of a patient, in the order asked for; the look is in the trail.

    Raises as `page_of` does, `NotFoundError` where one is not this patient's or was removed, and
    `NotPermittedError` for a purpose that the patient has not agreed to.
    """
    authorise(clinic, actor, Permission.VIEW_MEDIA, patient_id=patient_id)

    def work(unit: UnitOfWork) -> tuple[tuple[Picture, ...], Grant]:
        _, restriction = usable(unit.cursor, patient_id, ground)
        used = ground if restriction else None
        lens.check(unit.cursor, patient_id, purpose, as_of)
        there = media_gallery.get_pictures(unit.cursor, patient_id, media_ids)
        found = [there[key] for key in media_ids if key in there and not there[key].removed_at]
        if len(found) < len(media_ids):
            raise NotFoundError(NO_PICTURE)
        unit.audit(actor, _listed(purpose, patient_id, used, len(found)))
        return tuple(found), Grant(purpose, used)

    found, grant = noting(clinic, actor, Wish(Permission.VIEW_MEDIA, patient_id), work)
    grants.give(actor, media_ids, grant, _now())
    return found


def clinic_page(  # noqa: PLR0913 - a gallery is asked for all of it
    clinic: Clinic,
    actor: Actor,
    filters: Filters,
    purpose: Purpose,
    page: int,
    *,
    as_of: date,
) -> Page:
    """Return a page of the pictures of every patient, with whose they are, the newest day first.

    Restricted and merged records are left out; each patient shown is in the trail. Raises
    `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.BROWSE_MEDIA)

    def work(unit: UnitOfWork) -> Page:
        found = _clinic_page(unit.cursor, filters, (purpose, as_of), page)
        event = _listed(purpose, None, None, None)
        unit.audit_each(actor, event, [str(key) for key in found.patients])
        return found

    found = clinic.store.transact(work)
    grant = Grant(purpose, None, filters.is_removed)
    grants.give(actor, [one.media_id for one in found.pictures], grant, _now())
    return found


def _page(cursor: Cursor, patient_id: UUID, filters: Filters, page: int) -> Page:
    found = media_gallery.find_pictures(cursor, patient_id, filters)
    shown = _within(page, found.count)
    return Page(
        pictures=tuple(found.pictures(cursor, Cut(PAGE, shown * PAGE))),
        total=found.count,
        page=shown,
        facets=found.facets,
    )


def _clinic_page(
    cursor: Cursor, filters: Filters, looked_for: tuple[Purpose, date], page: int
) -> Page:
    everything = Asked(filters)
    every = media_clinic.count_pictures(cursor, everything)
    asked = Asked(filters, _permitted(cursor, *looked_for))
    total = every if asked == everything else media_clinic.count_pictures(cursor, asked)
    shown = _within(page, total)
    found = media_clinic.list_pictures(cursor, asked, Cut(PAGE, shown * PAGE))
    patients = list(dict.fromkeys(one.patient_id for one in found))
    return Page(
        pictures=tuple(found),
        total=total,
        page=shown,
        facets=media_clinic.get_facets(cursor, asked),
        hidden=every - total,
        patients={row.patient_id: row for row in search.list_result_rows(cursor, patients)},
    )


def _permitted(cursor: Cursor, purpose: Purpose, as_of: date) -> frozenset[UUID] | None:
    """Return whose pictures the lens lets through; None where it lets everybody's through."""
    candidates = media_clinic.list_patients(cursor)
    permitted = lens.permitted(cursor, candidates, purpose, as_of)
    return None if len(permitted) == len(candidates) else permitted


def _within(page: int, total: int) -> int:
    return max(0, min(page, (total - 1) // PAGE))


def _listed(
    purpose: Purpose, patient_id: UUID | None, ground: Ground | None, shown: int | None
) -> Event:
    detail: dict[str, str | int | bool] = {"purpose": purpose.value}
    if shown is not None:
        detail["shown"] = shown
    used = ground.value if ground else None
    return Event(Action.MEDIA_LISTED, patient_id=patient_id, ground=used, detail=detail)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
