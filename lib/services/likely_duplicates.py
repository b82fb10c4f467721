"""Who on file may be the person who is being registered, while they are typed.

The live index finds a handful of candidates, and the weights of the search for duplicates say how
likely each of them is the same person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.duplicates import Agreement, Home, Person, Sign, reason_of
from lib.domain.likely import Typed
from lib.domain.search.folding import fold
from lib.linkage import likeness
from lib.linkage.likeness import Likeness, Surroundings
from lib.linkage.model import Model, prior_model
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import clinic_settings, search
from lib.store import duplicates as store
from lib.store.clinic_settings import Name
from lib.store.connection import Cursor, UnitOfWork
from lib.store.search import ResultRow

LOOKED_AT = 6
MOST_SHOWN = 4
# Looking at one record too many costs a moment; a person on file twice costs hours.
WORTH_A_LOOK = 0.1
# Of names and date of birth, so many say something together; a phone or an email does alone.
FEWEST_PARTS = 2


@dataclass(frozen=True, slots=True)
class LikelyPatient:
    """A record that may be the person's. A restricted one says nothing of why (rule E1)."""

    row: ResultRow
    probability: float
    reasons: tuple[str, ...]


def is_telling(typed: Typed) -> bool:
    """Tell whether enough is typed to recognise somebody by."""
    parts = (typed.given, typed.family, typed.born_on)
    return bool(typed.phones or typed.emails) or sum(map(bool, parts)) >= FEWEST_PARTS


def find(clinic: Clinic, actor: Actor, typed: Typed) -> tuple[LikelyPatient, ...] | None:
    """Return who may be the person typed, the likeliest first; None while nobody can tell.

    Everybody returned is in the audit trail, what was typed never. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.EDIT_RECORD)
    if not is_telling(typed):
        return ()
    if not clinic.search.is_ready:
        clinic.search.start()
        return None
    ids = [match.patient_id for match in clinic.search.search(_words(typed), limit=LOOKED_AT)]
    bearers = {
        "given": clinic.search.count_bearers(fold(typed.given).split()),
        "family": clinic.search.count_bearers(fold(typed.family).split()),
    }

    def work(unit: UnitOfWork) -> tuple[LikelyPatient, ...]:
        people = store.get_people(unit.cursor, ids)
        around = Surroundings(_model(unit.cursor), clinic.search.size, bearers)
        alike = likeness.compare(unit.cursor, _person(typed), list(people.values()), around)
        found = dict(zip(people, alike, strict=True))
        likely = [key for key, one in found.items() if one.probability >= WORTH_A_LOOK]
        likely.sort(key=lambda key: _order(found[key]))
        rows = search.list_result_rows(unit.cursor, likely[:MOST_SHOWN])
        listed = Event(Action.PATIENT_LISTED, detail={"list": "likely duplicates"})
        unit.audit_each(actor, listed, [str(row.patient_id) for row in rows])
        return tuple(_likely(row, found) for row in rows)

    return clinic.store.transact(work)


def _words(typed: Typed) -> str:
    born = typed.born_on.isoformat() if typed.born_on else ""
    parts = (typed.given, typed.family, born, *typed.phones[:2], *typed.emails[:1], typed.postcode)
    return " ".join(part for part in parts if part)


def _person(typed: Typed) -> Person:
    homes = (Home(postcode=typed.postcode),) if typed.postcode else ()
    return Person(
        typed.given,
        typed.family,
        born_on=typed.born_on,
        phones=typed.phones,
        emails=typed.emails,
        homes=homes,
    )


def _model(cursor: Cursor) -> Model:
    text = clinic_settings.get_setting(cursor, Name.DUPLICATE_MODEL)
    return _read(text) if text else prior_model()


@lru_cache(maxsize=4)
def _read(text: str) -> Model:
    return Model.from_json(text)


def _likely(row: ResultRow, found: Mapping[UUID, Likeness]) -> LikelyPatient:
    alike = found[row.patient_id]
    reasons = () if row.is_restricted else tuple(_reasons(alike.signs))
    return LikelyPatient(row, alike.probability, reasons)


def _order(alike: Likeness) -> tuple[float, int]:
    """Return what the likeliest is first by; of those about as likely, whoever agrees in more."""
    agreeing = sum(reason_of(sign)[0] is Agreement.AGREES for sign in alike.signs)
    return -round(alike.probability, 2), -agreeing


def _reasons(signs: tuple[Sign, ...]) -> list[str]:
    told = [(sign.weight, *reason_of(sign)) for sign in signs]
    speaking = [
        (weight, reason)
        for weight, agreement, reason in told
        if agreement in {Agreement.AGREES, Agreement.SIMILAR} and weight > 0
    ]
    return list(dict.fromkeys(reason for _, reason in sorted(speaking, reverse=True)))
