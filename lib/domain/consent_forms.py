"""Writing forms of consent and purposes: what may be changed when, and what each needs; pure.

A wording that somebody was asked with, or that is in force, stays as it is for ever: what changes
is a new wording, with the next number.
"""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain.differences import Difference, differences
from lib.errors import InvalidInputError

LONGEST_NAME = 80
LONGEST_QUESTION = 200
LONGEST_NOTE = 500
LONGEST_TEXT = 20_000
MOST_MONTHS = 120
NOT_A_CODE = re.compile(r"[^a-z0-9]+")
PARTS = ("Asks for", "Text")
IN_FORCE = "this wording is in force, so it stays as it is; write a new version instead"
USED = "patients were asked with this wording, so it stays as it is; write a new version instead"


@dataclass(frozen=True, slots=True)
class Wording:
    """What is written of a wording. `version` is that of the draft it began with, 0 for none."""

    form_version_id: UUID
    text: str
    purposes: tuple[str, ...]
    is_material: bool
    in_force_from: date | None
    note: str
    version: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """What is known of another wording of the form: its number and its first day, if it has one."""

    number: int
    in_force_from: date | None


def next_number(numbers: Iterable[int]) -> int:
    """Return the number of a new wording: one after the highest there is."""
    return max(numbers, default=0) + 1


def fixed_because(in_force_from: date | None, *, is_used: bool, as_of: date) -> str | None:
    """Return why a wording can no longer be edited or deleted, or None while it can."""
    if is_used:
        return USED
    return IN_FORCE if in_force_from is not None and in_force_from <= as_of else None


def check(
    wording: Wording, number: int, others: Sequence[Numbered], known: AbstractSet[str], as_of: date
) -> None:
    """Raise `InvalidInputError` with the field unless a wording may be kept as it is written.

    `others` are the form's other wordings, `known` the codes of purposes that are asked for.
    """
    _check_text(wording, known)
    if len(wording.note) > LONGEST_NOTE:
        _refuse("note", f"say it in {LONGEST_NOTE} characters")
    day = wording.in_force_from
    if day is None:
        return
    if not wording.text.strip():
        _refuse("text", "write the text before it comes into force")
    if not wording.purposes:
        _refuse("purposes", "choose what it asks for before it comes into force")
    if number > 1 and not wording.note.strip():
        _refuse("note", "say what changed and why: it is asked for when a patient is asked again")
    if day < as_of:
        _refuse(
            "in_force_from", "a wording cannot come into force in the past; give today or later"
        )
    _check_order(day, number, others)


def _check_text(wording: Wording, known: AbstractSet[str]) -> None:
    if len(wording.text) > LONGEST_TEXT:
        _refuse("text", f"a form has at most {LONGEST_TEXT:,} characters")
    if len(set(wording.purposes)) != len(wording.purposes):
        _refuse("purposes", "one purpose stands there twice; ask for it once")
    if not set(wording.purposes) <= known:
        _refuse("purposes", "one of the purposes is not asked for any more; leave it out")


def _check_order(day: date, number: int, others: Sequence[Numbered]) -> None:
    """Refuse a day that would let an older wording come after a newer one."""
    for other in others:
        first = other.in_force_from
        if first is None:
            continue
        if (other.number < number and first > day) or (other.number > number and first < day):
            message = f"version {other.number} comes into force on another day; keep their order"
            _refuse("in_force_from", message)


def check_name(name: str, others: Iterable[str], noun: str) -> str:
    """Return a name as it is kept. Raises `InvalidInputError`; `others` are those of the rest."""
    plain = " ".join(name.split())
    if not 0 < len(plain) <= LONGEST_NAME:
        _refuse("name", f"give the {noun} a name of 1 to {LONGEST_NAME} characters")
    if plain.casefold() in {other.casefold() for other in others}:
        _refuse("name", f"there is a {noun} of this name already")
    return plain


def check_purpose(question: str, validity_months: int | None) -> str:
    """Return a purpose's question as it is kept. Raises `InvalidInputError` with the field."""
    plain = " ".join(question.split())
    if not 0 < len(plain) <= LONGEST_QUESTION:
        _refuse("question", f"write the question in 1 to {LONGEST_QUESTION} characters")
    if validity_months is not None and not 0 < validity_months <= MOST_MONTHS:
        _refuse(
            "validity_months", f"a consent holds 1 to {MOST_MONTHS} months; empty: until withdrawn"
        )
    return plain


def code_of(name: str, taken: AbstractSet[str]) -> str:
    """Return the code of a new purpose: plain words of its name, and a number where it is taken."""
    plain = NOT_A_CODE.sub(" ", name.casefold()).strip() or "purpose"
    number, code = 1, plain
    while code in taken:
        number += 1
        code = f"{plain} {number}"
    return code


def compare(
    old: tuple[Sequence[str], str], new: tuple[Sequence[str], str]
) -> tuple[Difference, ...]:
    """Return what reads otherwise in two wordings: the names of purposes, and the text."""
    said = [
        dict(zip(PARTS, (", ".join(purposes), text), strict=True)) for purposes, text in (old, new)
    ]
    return differences(said[0], said[1], PARTS)


def _refuse(field: str, message: str) -> None:
    raise InvalidInputError(message, field=field)
