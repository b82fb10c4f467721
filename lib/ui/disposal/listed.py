"""The cases of disposal in a list: those that are open, and those at an end."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor
from lib.domain.disposal import CaseState
from lib.services.disposal import cases, overview
from lib.store.disposal_cases import Case
from lib.store.disposal_overview import Issued
from lib.ui import addresses, formats, navigation, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Card, Cards, Cell, Column, Link, Said, Table
from lib.ui.disposal import states

ENDED = frozenset({CaseState.DONE, CaseState.SENT_BACK})
COLUMNS = (
    Column("Case", is_short=True),
    Column("How it ended", is_short=True),
    Column("Records", is_figure=True),
    Column("Proposed"),
    Column("Decided"),
    Column("Certificate", is_short=True),
)
NONE_ENDED = "No case is finished yet. Each that is ends with a certificate, kept here."
NONE_OPEN = "No case is open."


def draw_open(actor: Actor) -> Sequence[Case]:
    """Draw the cases that are open, those that wait for this person first; return every case."""
    found = cases.list_cases(session.clinic(), actor)
    mine_first = sorted(
        (one for one in found if one.state not in ENDED),
        key=lambda one: (states.of_case(actor, one) is not states.YOURS, one.proposed_at),
    )
    if mine_first:
        cards = tuple(_card(actor, one) for one in mine_first)
        title, count = "Open cases", formats.figure(len(cards))
        blocks.draw([Cards(title, cards, NONE_OPEN, count)], key="disposal_open")
    return found


def draw_ended(actor: Actor, found: Sequence[Case]) -> None:
    """Draw the cases at an end with their certificates, the newest first."""
    issued = overview.certificates(session.clinic(), actor)
    ended = [one for one in found if one.state in ENDED]
    rows = tuple(_row(one, issued) for one in ended)
    caption = "Cases that are done or were sent back, the newest first" if rows else ""
    count = formats.figure(len(rows)) if rows else ""
    table = Table("Finished cases", COLUMNS, rows, caption, NONE_ENDED, count)
    with st.container(key="disposal_ended"):
        blocks.draw([table], key="disposal_ended_list")


def href(case_id: UUID) -> str:
    """Return the address of a case."""
    return navigation.href(navigation.DISPOSAL, {addresses.CASE: str(case_id)})


def records(case: Case) -> str:
    """Return how many records a case is about, in words."""
    return formats.counted(case.records, "record")


def _card(actor: Actor, case: Case) -> Card:
    method = states.METHODS[case.method].lower()
    by = f" by {case.proposer}" if case.proposer else ""
    detail = f"{records(case)} to {method}. Proposed {formats.moment(case.proposed_at)}{by}."
    return Card(f"Case {case.number}", detail, href(case.case_id), mark=states.of_case(actor, case))


def _row(case: Case, issued: Mapping[UUID, Issued]) -> tuple[Cell, ...]:
    certificate = issued.get(case.case_id)
    left_out = f"{formats.figure(case.skipped)} left out" if case.skipped else ""
    return (
        Link(case.number, href(case.case_id), states.METHODS[case.method]),
        states.CASES[case.state],
        Said(formats.figure(case.disposed or case.records), left_out),
        Said(formats.moment(case.proposed_at), case.proposer or ""),
        Said(formats.moment(case.decided_at), case.decider or ""),
        Link("Certificate", href(case.case_id)) if certificate else formats.NONE,
    )
