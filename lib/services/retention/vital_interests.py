"""Vital interests: the least that is kept without end because it protects the patient (rule C7).

Chosen fact by fact, with the clinical reason, somebody who looks after it and a look every year.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.holds import check_dates, check_reason
from lib.domain.vital_interests import Fact, NewVitalInterest, chosen_of, counted
from lib.errors import NotFoundError, SavedAlreadyError, StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.records import noting_refusal
from lib.services.retention import blockers
from lib.services.retention.holds import SAVED_OTHERWISE, Detail, check_owner, ground_used
from lib.store import vital_interests as table
from lib.store.connection import Cursor, UnitOfWork
from lib.store.holds import Stamp
from lib.store.vital_interests import Chosen, VitalInterest

NONE_THERE = "This record has no such vital interest. Load the page again."
STALE = "Somebody else reviewed this meanwhile. Load the page again to see it."
RELEASED = "This was released meanwhile. Load the page again to see by whom and why."


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review says: what is kept from now on, who looks after it, when the next one is due.

    `version` is the one that the person had before their eyes.
    """

    vital_interest_id: UUID
    version: int
    owner_id: UUID
    review_on: date
    chosen: tuple[UUID, ...]


def mark(clinic: Clinic, actor: Actor, about: About, wanted: NewVitalInterest) -> VitalInterest:
    """Mark what of a record protects the patient, and return it; the same id again changes nothing.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError`, `GroundNeededError` (rule E1) and
    `InvalidInputError` with its field.
    """
    authorise(clinic, actor, Permission.PLACE_HOLDS, patient_id=about.patient_id)
    check_reason(wanted.reason)
    check_dates(wanted.review_on, None, about.as_of)
    key = wanted.vital_interest_id

    def work(unit: UnitOfWork) -> VitalInterest:
        ground = ground_used(unit.cursor, about)
        owner = table.get_patient_of(unit.cursor, key)
        if owner is not None:
            return _same(_get(unit.cursor, about, key), wanted)
        check_owner(unit.cursor, actor, wanted.owner_id)
        facts = chosen_of(table.list_facts(unit.cursor, about.patient_id).standing, wanted.chosen)
        # A disposal that is under way must see it (rule C10).
        blockers.claim(unit.cursor, about.patient_id)
        stamp = Stamp(about.now, actor.person_id)
        table.insert_vital_interest(unit.cursor, about.patient_id, wanted, stamp)
        table.insert_chosen(unit.cursor, (key, about.patient_id), facts, stamp)
        detail: Detail = {"facts": len(facts), "review_on": wanted.review_on.isoformat()}
        unit.audit(actor, _event(Action.VITAL_INTEREST_MARKED, about, key, (ground, detail)))
        return _get(unit.cursor, about, key)

    return noting_refusal(clinic, actor, about.patient_id, work)


def review(clinic: Clinic, actor: Actor, about: About, wanted: Reviewed) -> VitalInterest:
    """Note that it was looked at, and what is kept from now on; the trail keeps each version.

    Raises as `mark` does, and `StaleVersionError` where somebody reviewed or released it meanwhile.
    """
    check_dates(wanted.review_on, None, about.as_of)

    def work(unit: UnitOfWork, there: VitalInterest, ground: str | None) -> None:
        if there.version == wanted.version + 1 and _says(there) == _says(wanted):
            return
        if there.version != wanted.version or there.released_at is not None:
            is_over = there.released_at is not None
            raise StaleVersionError(RELEASED if is_over else STALE, version=there.version)
        check_owner(unit.cursor, actor, wanted.owner_id)
        blockers.claim(unit.cursor, about.patient_id)
        stamp = Stamp(about.now, actor.person_id)
        detail = _choose(unit.cursor, there, wanted.chosen, stamp)
        table.update_review(unit.cursor, there, wanted.owner_id, wanted.review_on, stamp)
        detail |= {
            "version": wanted.version + 1,
            "owner": str(wanted.owner_id),
            "review_on": wanted.review_on.isoformat(),
        }
        event = Action.VITAL_INTEREST_REVIEWED
        unit.audit(actor, _event(event, about, wanted.vital_interest_id, (ground, detail)))

    return _working(clinic, actor, about, (Permission.PLACE_HOLDS, wanted.vital_interest_id), work)


def release(clinic: Clinic, actor: Actor, about: About, key: UUID, reason: str) -> VitalInterest:
    """End a vital interest, with the reason, and return it; one that was released stays as it is.

    Raises as `mark` does.
    """
    check_reason(reason)

    def work(unit: UnitOfWork, there: VitalInterest, ground: str | None) -> None:
        if there.released_at is None:
            table.release(unit.cursor, key, reason.strip(), Stamp(about.now, actor.person_id))
            event = Action.VITAL_INTEREST_RELEASED
            unit.audit(actor, _event(event, about, key, (ground, {})))

    return _working(clinic, actor, about, (Permission.RELEASE_HOLDS, key), work)


def kept_facts(cursor: Cursor, patient_id: UUID) -> list[Fact]:
    """Return every fact that is kept of a patient as it reads today, each once.

    What was corrected since is kept as corrected; what turned out to be wrong is not kept.
    """
    standing = [one for one in table.list_of(cursor, patient_id) if one.released_at is None]
    facts = table.list_facts(cursor, patient_id) if standing else table.Facts()
    now = (fact for one in standing for chosen in one.chosen for fact in facts.now(chosen.row_id))
    return list(dict.fromkeys(now))


def kept_rows(cursor: Cursor, patient_id: UUID) -> dict[str, tuple[UUID, ...]]:
    """Return the rows that a disposal leaves of a patient (rule C7), by table.

    The patient's own row is not told: it stays with them. Nothing is returned where no vital
    interest stands; all else of the record, photographs included, goes.
    """
    standing = [one for one in table.list_of(cursor, patient_id) if one.released_at is None]
    if not standing:
        return {}
    found: dict[str, tuple[UUID, ...]] = {
        "vital_interest": tuple(one.vital_interest_id for one in standing),
        "vital_interest_item": tuple(item.item_id for one in standing for item in one.chosen),
    }
    for fact in kept_facts(cursor, patient_id):
        found[fact.table] = (*found.get(fact.table, ()), fact.row_id)
    return found


def kept_words(cursor: Cursor, patient_id: UUID) -> tuple[str, ...]:
    """Return what is kept of a patient in the words of a sentence: counted by kind, no values."""
    return counted(one.kind for one in kept_facts(cursor, patient_id))


def _choose(cursor: Cursor, there: VitalInterest, row_ids: Iterable[UUID], stamp: Stamp) -> Detail:
    """Keep these facts from now on, and no others; return how many came and went."""
    facts = table.list_facts(cursor, there.patient_id)
    wanted = chosen_of(facts.standing, row_ids)
    keys = {one.row_id for one in wanted}
    # What was corrected since is held by its old row: the new one takes its place.
    dropped = [one for one in there.chosen if one.row_id not in keys]
    known = {one.row_id for one in there.chosen}
    added = [one for one in wanted if one.row_id not in known]
    table.drop_chosen(cursor, [one.item_id for one in dropped], stamp)
    of = (there.vital_interest_id, there.patient_id)
    table.insert_chosen(cursor, of, added, stamp)
    return {"added": len(added), "dropped": len(dropped)}


def _working(
    clinic: Clinic,
    actor: Actor,
    about: About,
    asked: tuple[Permission, UUID],
    work: Callable[[UnitOfWork, VitalInterest, str | None], None],
) -> VitalInterest:
    """Do something with a vital interest of this patient, and return it as it is then."""
    permission, key = asked
    authorise(clinic, actor, permission, patient_id=about.patient_id)

    def whole(unit: UnitOfWork) -> VitalInterest:
        ground = ground_used(unit.cursor, about)
        work(unit, _get(unit.cursor, about, key), ground)
        return _get(unit.cursor, about, key)

    return noting_refusal(clinic, actor, about.patient_id, whole)


def _get(cursor: Cursor, about: About, key: UUID) -> VitalInterest:
    known = table.list_of(cursor, about.patient_id)
    found = next((one for one in known if one.vital_interest_id == key), None)
    if found is None:
        raise NotFoundError(NONE_THERE)
    return found


def _same(there: VitalInterest, wanted: NewVitalInterest) -> VitalInterest:
    """Return what was marked under this id. Raises `SavedAlreadyError` where it says otherwise."""
    if there.reason != wanted.reason.strip():
        raise SavedAlreadyError(SAVED_OTHERWISE)
    return there


def _says(one: VitalInterest | Reviewed) -> tuple[object, ...]:
    keys = {item.row_id if isinstance(item, Chosen) else item for item in one.chosen}
    return one.owner_id, one.review_on, keys


def _event(action: Action, about: About, key: UUID, told: tuple[str | None, Detail]) -> Event:
    ground, detail = told
    return Event(action, patient_id=about.patient_id, subject_id=key, ground=ground, detail=detail)
