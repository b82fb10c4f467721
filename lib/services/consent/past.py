"""Consent across the clinic month by month, what is expected to run out, and an owner's figures.

It is worked out in a thread, a purpose at a time, and kept: a million patients take seconds.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.consent import State, Topic
from lib.domain.consent_forecast import Month, Tried, forecast, tried
from lib.domain.consent_history import Spell, first_of, month_ends, month_of, overtaken_from
from lib.domain.consent_overview import ORDER, last_month_end, protected
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent.counting import Keeping
from lib.services.consent.overview import THREADS, Catalogue, catalogue
from lib.services.consent.purposes import Purpose
from lib.store import consent_overview
from lib.store.consent_overview import Filters

MONTHS = 60
# So long a screen waits before it says that the past is being worked out.
PATIENCE_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class PurposePast:
    """One purpose: patients (or their ways of contact) by state at the end of each month.

    `ahead` and `tried` are empty where consent has no end.
    """

    purpose: Purpose
    states: Mapping[State, tuple[int, ...]]
    ahead: tuple[Month, ...]
    tried: Tried | None


@dataclass(frozen=True, slots=True)
class Past:
    """Every purpose through the same months, the last of them the one before this."""

    months: tuple[int, ...]
    purposes: tuple[PurposePast, ...]
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """What an owner sees: figures at the end of a month, rounded, None where below 10."""

    as_of: date
    purposes: Mapping[str, Purpose]
    lines: tuple[tuple[Topic, Mapping[State, int | None]], ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read: the spells of each purpose, and how many patients there were by then."""

    catalogue: Catalogue
    spells: Mapping[str, tuple[Spell, ...]]
    patients: int
    overtaken: Mapping[UUID, int]


_past: Keeping[Past] = Keeping()
_outlines: Keeping[Outline] = Keeping()


def past(
    clinic: Clinic, actor: Actor, *, as_of: date, patience: float = PATIENCE_SECONDS
) -> Past | None:
    """Return the months before this one; None while they are being worked out.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VIEW_CONSENT_OVERVIEW)
    authorise(clinic, actor, Permission.LIST_CONSENT)
    last = month_of(last_month_end(as_of))
    with clinic.store.reading() as cursor:
        state = (last, consent_overview.get_state(cursor))
    key: Hashable = (str(clinic.store.path), last)
    found = _past.soon(key, state, lambda: _worked_out(clinic, last), patience)
    return replace(found.result, is_old=found.is_old) if found else None


def outline(
    clinic: Clinic, actor: Actor, *, as_of: date, patience: float = PATIENCE_SECONDS
) -> Outline | None:
    """Return the clinic's figures at the last month's end, which give nobody away.

    They are not counted anew within a month, so that no single change can be read off them. None
    while they are being worked out. Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VIEW_CONSENT_OVERVIEW)
    ended_on = last_month_end(as_of)
    key: Hashable = (str(clinic.store.path), ended_on)
    found = _outlines.soon(key, ended_on, lambda: _outlined(clinic, ended_on), patience)
    return found.result if found else None


def _worked_out(clinic: Clinic, last: int) -> Past:
    months = range(last - MONTHS + 1, last + 1)
    known = _read(clinic, last)
    shown = tuple(
        _purpose_past(purpose, known.spells[purpose.code], months, known.overtaken)
        for purpose in known.catalogue.purposes
    )
    return Past(tuple(months), shown)


def _purpose_past(
    purpose: Purpose, spells: tuple[Spell, ...], months: range, overtaken: Mapping[UUID, int]
) -> PurposePast:
    validity, last = purpose.validity_months, months[-1]
    states = month_ends(spells, months, validity, overtaken)
    return PurposePast(
        purpose,
        {state: tuple(counts) for state, counts in states.items()},
        forecast(spells, last, validity, overtaken) if validity else (),
        tried(spells, last, validity, overtaken) if validity else None,
    )


def _outlined(clinic: Clinic, ended_on: date) -> Outline:
    last = month_of(ended_on)
    known = _read(clinic, last)
    lines = []
    for purpose, topic in known.catalogue.topics():
        spells = [one for one in known.spells[purpose.code] if one.topic == topic]
        months = range(last, last + 1)
        found = month_ends(spells, months, purpose.validity_months, known.overtaken)
        counts = {state: found[state][0] for state in found}
        counts[State.NOT_ASKED] = max(0, known.patients - sum(counts.values()))
        lines.append((topic, {state: protected(counts[state]) for state in ORDER}))
    by_code = {one.code: one for one in known.catalogue.purposes}
    return Outline(ended_on, by_code, tuple(lines))


def _read(clinic: Clinic, last: int) -> _Known:
    """Read the spells of every purpose, one after the other, as they stood at a month's end."""
    with clinic.store.with_threads(THREADS), clinic.store.reading() as cursor:
        known = catalogue(cursor)
        spells = {
            one.code: tuple(consent_overview.count_spells(cursor, one.code))
            for one in known.purposes
        }
        by = first_of(last + 1) - timedelta(days=1)
        patients = consent_overview.count_patients(cursor, Filters(registered_by=by))
    return _Known(known, spells, patients, overtaken_from(known.versions.values()))


def forget() -> None:
    """Forget everything that was worked out, as when the clinic is closed."""
    _past.clear()
    _outlines.clear()
