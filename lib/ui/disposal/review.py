"""Reviewing what is due: each record with the reason why it may go, chosen together or one by one.

A record that asks for a person's look, such as that of somebody treated under 18, is never chosen
together with others (rule C4).
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission, can
from lib.domain.disposal import asks_for_person
from lib.domain.retention import Status
from lib.services.disposal import overview
from lib.services.retention import lists, schedule
from lib.services.retention.lists import Line, Page
from lib.store.retention import Sought
from lib.ui import addresses, clock, formats, navigation, paging, session
from lib.ui.components import due
from lib.ui.components.blocks import Act, Mark, Tone
from lib.ui.components.due import Asked, Due, DueList
from lib.ui.disposal import holding, proposing, states
from lib.ui.keys import Keys
from lib.ui.retention import badges

PROPOSE, EXTEND, HOLD, VITAL, OPEN = "propose", "extend", "hold", "vital", "open"
PATIENCE_SECONDS = 2.0
# What is reviewed: the states in which a record may go, or asks for a person.
SHOWN: Final[Mapping[Status, str]] = {
    Status.DISPOSE_DUE: "Due",
    Status.PARTIAL: "Due but for a vital subset",
    Status.REVIEW: "For a person",
}
EMPTY: Final[Mapping[Status, str]] = {
    Status.DISPOSE_DUE: "Nothing is due today. Retention shows what will be, and when.",
    Status.PARTIAL: "No record is due of which something is kept to protect the patient (C7).",
    Status.REVIEW: "Every record has a dated event to reckon from (C2).",
}
FIGURES = ("Pictures",)
ACTS = (
    Act("Propose this one", "outbox", PROPOSE),
    Act("Keep it longer", "event_repeat", EXTEND),
    Act("Hold it back", "lock", HOLD),
    Act("Mark a vital interest", "favorite", VITAL),
    Act("Open the record", "person", OPEN),
)


def draw(actor: Actor) -> None:
    """Draw the list of what is due, with everything that can be done with its records."""
    st.subheader("To review", anchor=False)
    status = _choose(actor)
    sought, page = Sought(status=status), paging.page_number(Keys.DISPOSAL_PAGE)
    found = lists.list_due(session.clinic(), actor, sought, as_of=clock.today(), page=page)
    keys = [one.patient_id for one in found.rows]
    in_cases = overview.in_cases(session.clinic(), actor, keys)
    drawn = _list(status, found, in_cases)
    asked = due.draw(drawn, key="disposal_due")
    paging.draw(Keys.DISPOSAL_PAGE, found.count, lists.PAGE, ("Longer due", "Due later"))
    _act(asked, drawn.limit)


def _choose(actor: Actor) -> Status:
    """Draw which of the records are shown, with how many there are; return the choice."""
    told = None
    if can(actor, Permission.VIEW_RETENTION):
        told = schedule.soon(
            session.clinic(), actor, as_of=clock.today(), patience=PATIENCE_SECONDS
        )
    words = dict(SHOWN)
    if told is not None:
        counts = told.counts_by_status
        words = {
            status: f"{word} ({formats.figure(counts[status].records)})"
            for status, word in SHOWN.items()
        }
    chosen = st.segmented_control(
        "Which records",
        list(SHOWN),
        default=Status.DISPOSE_DUE,
        format_func=lambda one: words[one],
        required=True,
        label_visibility="collapsed",
        key=Keys.DISPOSAL_SHOWN,
        on_change=_first_page,
    )
    return chosen or Status.DISPOSE_DUE


def _first_page() -> None:
    st.session_state.pop(Keys.DISPOSAL_PAGE, None)


def _list(status: Status, found: Page, in_cases: Mapping[UUID, str]) -> DueList:
    rows = tuple(_row(one, in_cases.get(one.patient_id)) for one in found.rows)
    count = formats.counted(found.count, "record")
    limit = found.rows[0].told.settings.case_limit if found.rows else 0
    return DueList(
        caption=f"{SHOWN[status]}: {count}, the longest due first",
        figures=FIGURES,
        rows=rows,
        limit=limit,
        turn=int(st.session_state.get(Keys.DISPOSAL_TURN, 0)),
        empty=EMPTY[status],
    )


def _row(one: Line, case_number: str | None) -> Due:
    told, known = one.told, one.told.known
    if one.is_restricted:
        return _restricted(one)
    was_minor, has_date = told.disposition.was_minor, told.disposition.retain_until is not None
    # Without a date nothing goes that protects the patient: it has no day to go on (C7).
    may_go = has_date or not told.facts.has_vital_interest
    marks = [badges.mark(told.disposition.status)]
    marks += [states.MINOR] if was_minor else []
    marks += [Mark(f"In case {case_number}", "outbox", Tone.INFO)] if case_number else []
    born = formats.born(told.facts.born_on, clock.today(), told.facts.died_on)
    return Due(
        key=str(known.patient_id),
        name=formats.name(known.family_name, known.given_names, known.title),
        note=f"Born {born} · {formats.sex(known.sex)} · {known.reference}",
        href=navigation.record_href(known.patient_id),
        sentence=told.sentence,
        marks=tuple(marks),
        figures=(formats.figure(known.pictures),),
        is_ordinary=not asks_for_person(told.disposition),
        is_open=may_go and case_number is None,
        acts=ACTS[-1:] if case_number else _acts(has_date=has_date, may_go=may_go),
    )


def _acts(*, has_date: bool, may_go: bool) -> tuple[Act, ...]:
    """Return what can be done with a record; without a date there is nothing to put off."""
    left_out = {PROPOSE} if not may_go else set()
    left_out |= set() if has_date else {EXTEND}
    return tuple(act for act in ACTS if act.value not in left_out)


def _restricted(one: Line) -> Due:
    """Return a record of which only the reference is told (rule E1)."""
    known, status = one.told.known, one.told.disposition.status
    return Due(
        key=str(known.patient_id),
        name=known.reference,
        note="Restricted record: it opens on a ground",
        href=navigation.record_href(known.patient_id),
        sentence="A restricted record is only stored, and left out of disposal (E1).",
        marks=(badges.mark(status), Mark("Restricted", "lock", Tone.ALERT)),
        figures=("",),
        is_open=False,
    )


def _act(asked: Asked, limit: int) -> None:
    """Do what was just asked for; a dialog names nobody."""
    if asked.proposed:
        _propose(asked.proposed, limit)
    elif asked.of is not None:
        query = {addresses.PATIENT: str(asked.of)}
        if asked.act == PROPOSE:
            _propose((asked.of,), limit)
        elif asked.act == EXTEND:
            holding.extend(uuid7s.uuid7(), asked.of)
        elif asked.act == HOLD:
            holding.hold(uuid7s.uuid7(), asked.of)
        else:
            spec = navigation.RECORD_RETENTION if asked.act == VITAL else navigation.RECORD
            st.switch_page(spec.path, query_params=query)


def _propose(patient_ids: tuple[UUID, ...], limit: int) -> None:
    clinic, actor = session.clinic(), session.require(Permission.PROPOSE_DISPOSAL)
    asking = overview.asking_among(clinic, actor, patient_ids, as_of=clock.today())
    proposing.ask(uuid7s.uuid7(), patient_ids, asking, limit)
