"""One recall: everybody the lot or product was given to, and who has been told."""

import streamlit as st

from lib.domain.access import Permission
from lib.errors import NotFoundError
from lib.services import recalls as service
from lib.ui import addresses, notices, paging, recalls, session
from lib.ui.keys import Keys

actor = session.require(Permission.RUN_RECALL)

recall_id = addresses.patient_id()
if recall_id is None:
    notices.not_found(service.NO_RECALL)
    st.stop()
try:
    page = service.page_of(session.clinic(), actor, recall_id, paging.page_number(Keys.RECALL_PAGE))
except NotFoundError as error:
    notices.not_found(error.message)
    st.stop()
recalls.draw_head(actor, page)
recalls.draw_patients(actor, page)
paging.draw(Keys.RECALL_PAGE, page.patients, service.PAGE, ("Earlier", "Later"))
