"""The dated facts that a record's last day follows from, as steps in the order of time; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lib.domain import formats
from lib.domain.retention import Basis, Disposition, Facts, Setting, Status
from lib.domain.retention_words import Standing


class Role(StrEnum):
    """What a day is to the schedule."""

    FACT = "fact"
    ANCHOR = "anchor"
    BLOCKER = "blocker"
    TODAY = "today"
    LAST_DAY = "last day"
    GOING = "going"


@dataclass(frozen=True, slots=True)
class Step:
    """One day on the way: what happened or will, and what follows from it, with its rule."""

    on: date
    role: Role
    words: str
    note: str = ""


ORDER = tuple(Role)


def steps(
    told: Disposition,
    facts: Facts,
    standing: Sequence[Standing],
    as_of: date,
    setting: Setting,
) -> tuple[Step, ...]:
    """Return the days from the first fact to the day on which the record may go, by date."""
    found = [
        *_facts(told, facts, setting),
        *_blockers(standing, as_of),
        *_ends(told, standing),
        Step(as_of, Role.TODAY, "Today"),
    ]
    return tuple(sorted(found, key=lambda one: (one.on, ORDER.index(one.role))))


def _facts(told: Disposition, facts: Facts, setting: Setting) -> Iterable[Step]:
    if facts.born_on is not None and (told.was_minor or told.basis is Basis.MINOR_FLOOR):
        yield Step(facts.born_on, Role.FACT, "Born", "Under 18 when the clock started (C4)")
    yield from _anchor(told, facts)
    if facts.died_on is not None:
        years = formats.counted(setting.deceased_years, "year")
        yield Step(facts.died_on, Role.FACT, "Died", f"Kept at least {years} from here (C5)")


def _anchor(told: Disposition, facts: Facts) -> Iterable[Step]:
    """Return the day on which the clock started, and what later did not start it again."""
    treated, consulted, contact = (
        facts.last_treated_on,
        facts.last_consulted_on,
        facts.last_contact_on,
    )
    if treated is not None:
        is_anchor = treated == told.anchor_on
        note = "The clock starts here (C1)" if is_anchor else "The clock started again later (C2)"
        yield Step(treated, Role.ANCHOR if is_anchor else Role.FACT, "Last treated", note)
    if consulted is not None and consulted == told.anchor_on and consulted != treated:
        yield Step(consulted, Role.ANCHOR, "Last consulted", "The clock starts here (C2)")
    elif consulted is not None and treated is not None and consulted > treated:
        note = "Starts nothing again: a treatment does (C2)"
        yield Step(consulted, Role.FACT, "Last consulted", note)
    if contact is not None and treated is None and consulted is None:
        yield Step(contact, Role.ANCHOR, "Last contact", "The clock starts here (C2)")


def _blockers(standing: Iterable[Standing], as_of: date) -> Iterable[Step]:
    for one in standing:
        yield Step(
            one.since, Role.BLOCKER, one.phrase.title, "Holds the record back from here (C6)"
        )
        if one.ends_on is not None and one.ends_on >= as_of:
            note = "Holds nothing back after this day (C6)"
            yield Step(one.ends_on, Role.BLOCKER, f"{one.phrase.title} ends", note)


def _ends(told: Disposition, standing: Sequence[Standing]) -> Iterable[Step]:
    if told.retain_until is None or told.dispose_from is None:
        return
    yield Step(told.retain_until, Role.LAST_DAY, "Kept to the end of this day", _grounds(told))
    if standing:
        note = "Not while anything holds it back (C6)"
    elif told.status is Status.PARTIAL:
        note = "But for what protects the patient (C7)"
    else:
        note = "By a person's decision (C4)" if told.was_minor else ""
    yield Step(told.dispose_from, Role.GOING, "May go from this day", note)


def _grounds(told: Disposition) -> str:
    rules = {
        Basis.TREATMENT: "C1",
        Basis.MINOR_FLOOR: "C4",
        Basis.DECEASED_FLOOR: "C5",
    }
    return f"By rule {rules.get(told.basis, 'C2')}"
