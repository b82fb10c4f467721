"""The second person's decision on a case: approve it, or send it back with a note."""

from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission, can
from lib.domain.disposal import Method
from lib.errors import ClinicError, DisposalRefusedError, InvalidInputError
from lib.services.disposal import cases, running
from lib.services.disposal.cases import Decision
from lib.store.disposal_cases import Case
from lib.ui import clock, fields, formats, notices, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Notice, Notices, Tone
from lib.ui.disposal import states
from lib.ui.keys import Keys

CONSEQUENCES = (
    "Each record is checked once more at the moment it goes; one that is held back by then stays.",
    "What goes cannot be brought back: not from the store, not from a back-up.",
    "What the law keeps stays without a name: invoices' figures, and this case's own entries.",
)
OWN = (
    "You proposed this case, so somebody else decides it.",
    "Another compliance officer or an owner sees it on their home page, and decides it there.",
)
NOT_YOURS = ("A compliance officer or an owner decides it. Your roles do not include that.",)
NO_NUMBER = "type the number of records in figures"


def draw(actor: Actor, case: Case) -> None:
    """Draw the forms for deciding a case, or why this person does not decide it."""
    if cases.can_decide(case, actor):
        _approve(actor, case)
        _send_back(actor, case, "Send it back with a note")
        return
    is_own = case.proposed_by == actor.person_id
    title = "Waits for another person"
    notice = Notice(title, OWN if is_own else NOT_YOURS, "how_to_reg", Tone.INFO)
    blocks.draw([Notices("", (notice,))], key="disposal_waits")
    if is_own and can(actor, Permission.APPROVE_DISPOSAL):
        _send_back(actor, case, "Take it back with a note")


def _approve(actor: Actor, case: Case) -> None:
    count = formats.counted(case.records, "record")
    verb = "Erase" if case.method is Method.ERASE else "Anonymise"
    notice = Notice("This cannot be undone", CONSEQUENCES, "warning", Tone.ALERT)
    with st.container(border=True, key="disposal_decision"):
        st.subheader(f"{verb} {count}?", anchor=False)
        blocks.draw([Notices("", (notice,))], key="disposal_consequences")
        with st.form("disposal_approval", border=False):
            typed = st.text_input(
                f"Type the number of records that will go: {case.records}", autocomplete="off"
            )
            password = st.text_input(
                "Your password, to make sure that it is you",
                type="password",
                autocomplete="current-password",
            )
            label = f"Approve, and {verb.lower()} {count}"
            if st.form_submit_button(label, type="primary", icon=":material/delete_forever:"):
                _decide(actor, case, _number(typed), password)


def _number(typed: str) -> int | None:
    squeezed = typed.replace(",", "").strip()
    return int(squeezed) if squeezed.isascii() and squeezed.isdigit() else None


def _decide(actor: Actor, case: Case, count: int | None, password: str) -> None:
    if count is None:
        fields.problem(NO_NUMBER)
        return
    decision = Decision(case.case_id, is_approved=True, password=password, count=count)
    clinic, now = session.clinic(), clock.now()
    try:
        cases.decide(clinic, actor, decision, now=now)
        begin(actor, case.case_id)
    except InvalidInputError as error:
        fields.problem(error.message)
    except DisposalRefusedError as error:
        # Somebody else was first: the screen shows what they decided.
        notices.say_later(error.message)
        st.rerun()
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        st.rerun()


def begin(actor: Actor, case_id: UUID) -> None:
    """Let an approved case begin, or one that stopped go on, beside the screen."""
    clinic = session.clinic()
    cases.start(clinic, actor, case_id, now=clock.now())
    running.begin(clinic)


def _send_back(actor: Actor, case: Case, label: str) -> None:
    with (
        st.expander(label, icon=":material/undo:"),
        st.form("disposal_sending_back", border=False),
    ):
        note = st.text_area(
            "What should change",
            key=f"{Keys.DISPOSAL_FORM}_back_{case.case_id}",
            height=90,
            placeholder=states.WITHOUT_NAME,
        )
        if not st.form_submit_button(label.removesuffix(" with a note"), icon=":material/undo:"):
            return
    decision = Decision(case.case_id, is_approved=False, note=note)
    try:
        cases.decide(session.clinic(), actor, decision, now=clock.now())
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        notices.say_later("The case is sent back. Its records stay as they are.")
        st.rerun()
