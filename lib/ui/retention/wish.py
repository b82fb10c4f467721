"""What the address of the retention page says: the day, what narrows it, which list is open.

Codes and days only; what it cannot mean is left out, so that any address opens the page.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from lib.domain.formats import MONTHS_IN_YEAR
from lib.domain.retention import Basis, Status
from lib.domain.retention_schedule import Group, first_of
from lib.store.retention import Sought
from lib.ui import navigation

ON, STATE, FATE, MONTH, YEAR, WHY, MINORS = "on", "state", "then", "month", "year", "why", "minors"
# Nothing was treated before, and nobody plans beyond.
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which figure is opened: a state on the day, or what reaches its date in a month or year.

    `fate` is what becomes of it then, None for all of it.
    """

    state: Status
    fate: Status | None = None
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What the page shows: the schedule of a day, of what is narrowed so, and which list of it."""

    as_of: date
    is_today: bool
    basis: Basis | None = None
    is_minors: bool = False
    choice: Choice | None = None

    def fits(self, group: Group) -> bool:
        """Tell whether a group is among what the page is narrowed to."""
        return (self.basis is None or group.basis is self.basis) and (
            group.was_minor or not self.is_minors
        )

    @property
    def sought(self) -> Sought | None:
        """Return what the store looks for, or None where no list is open."""
        chosen = self.choice
        if chosen is None:
            return None
        first = last = chosen.month
        if chosen.year is not None:
            first = chosen.year * MONTHS_IN_YEAR
            last = first + MONTHS_IN_YEAR - 1
        minors = True if self.is_minors else None
        return Sought(chosen.state, chosen.fate, first, last, self.basis, minors)


def wish(today: date) -> Wish:
    """Return what the address asks for."""
    query = st.query_params
    as_of = today
    with suppress(ValueError):
        given = date.fromisoformat(query.get(ON, ""))
        as_of = given if EARLIEST <= given <= LATEST else today
    return Wish(
        as_of,
        as_of == today,
        Basis(query[WHY]) if query.get(WHY) in set(Basis) else None,
        query.get(MINORS) == "1",
        _choice(query),
    )


def href(narrowed: Wish, choice: Choice | None) -> str:
    """Return the address of a figure's list, in the schedule that is looked at."""
    query: dict[str, str] = {}
    if not narrowed.is_today:
        query[ON] = narrowed.as_of.isoformat()
    if narrowed.basis is not None:
        query[WHY] = narrowed.basis.value
    if narrowed.is_minors:
        query[MINORS] = "1"
    return navigation.href(navigation.RETENTION, {**query, **_said(choice)})


def without_list(narrowed: Wish) -> Wish:
    """Return the same with no list open."""
    return replace(narrowed, choice=None)


def _said(choice: Choice | None) -> dict[str, str]:
    if choice is None:
        return {}
    query = {STATE: choice.state.value}
    if choice.fate is not None:
        query[FATE] = choice.fate.value
    if choice.month is not None:
        query[MONTH] = f"{first_of(choice.month):%Y-%m}"
    if choice.year is not None:
        query[YEAR] = str(choice.year)
    return query


def _choice(query: Mapping[str, str]) -> Choice | None:
    if query.get(STATE) not in set(Status):
        return None
    fate = query.get(FATE)
    return Choice(
        Status(query[STATE]),
        Status(fate) if fate in set(Status) else None,
        _month(query.get(MONTH, "")),
        _year(query.get(YEAR, "")),
    )


def _month(text: str) -> int | None:
    with suppress(ValueError):
        first = date.fromisoformat(f"{text}-01")
        return first.year * MONTHS_IN_YEAR + first.month - 1
    return None


def _year(text: str) -> int | None:
    is_year = text.isascii() and text.isdigit() and EARLIEST.year <= int(text) <= LATEST.year
    return int(text) if is_year else None
