"""One campaign: who is in and who is out, and why; the file for the mailing tool."""

import streamlit as st

from lib.domain.access import Permission
from lib.errors import NotFoundError
from lib.services import campaigns as service
from lib.ui import addresses, campaign, clock, notices, paging, session
from lib.ui.keys import Keys

actor = session.require(Permission.RUN_CAMPAIGNS)

campaign_id = addresses.campaign_id()
if campaign_id is None:
    notices.not_found(service.NO_CAMPAIGN)
    st.stop()
try:
    asked = campaign.asked(campaign_id)
    page = service.open_campaign(session.clinic(), actor, asked, as_of=clock.today())
except NotFoundError as error:
    notices.not_found(error.message)
    st.stop()
campaign.draw_head(page)
main, side = st.columns([0.6, 0.4], gap="large")
with side, st.container(key="in_touch_side"):
    campaign.draw_file(actor, page)
    campaign.draw_reasons(page)
with main:
    campaign.draw_members(page)
    paging.draw(Keys.CAMPAIGN_PAGE, page.found, service.PAGE, ("Earlier", "Later"))
