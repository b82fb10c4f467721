"""One case of disposal: records, the second person's decision, progress and certificate."""

import streamlit as st

from lib.domain.access import Permission
from lib.domain.disposal import REVIEWED_STATES, CaseState
from lib.ui import session
from lib.ui.disposal import case, certificate, deciding, progress

actor = session.require(Permission.VIEW_DISPOSALS)

opened = case.asked(actor)
case.draw_head(actor, opened.case)
if opened.case.state not in REVIEWED_STATES:
    progress.draw(opened.case)
if opened.case.state is CaseState.DONE:
    certificate.draw(actor, opened.case.case_id)
main, side = st.columns([0.6, 0.4], gap="large")
with side, st.container(key="disposal_side"):
    case.draw_facts(actor, opened.case)
    if opened.case.state is CaseState.PROPOSED:
        deciding.draw(actor, opened.case)
with main:
    case.draw_items(actor, opened)
    case.draw_notes(opened)
