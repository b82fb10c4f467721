"""What is said before pictures are taken of somebody who does not agree to them."""

import streamlit as st

from lib.domain.consent import Decision
from lib.services.records import Heading
from lib.ui import addresses, navigation
from lib.ui.components import blocks
from lib.ui.components.blocks import Notice, Notices, Tone

ASK = "Do not take or add any before you have asked again and the patient has agreed."
TITLES = {
    Decision.REFUSED: "The patient refused photographs and video for the record",
    Decision.WITHDRAWN: "The patient withdrew consent to photographs and video for the record",
}


def warn(opened: Heading) -> None:
    """Say that the patient refused pictures for the record, or took consent back; else nothing."""
    ended = opened.alerts.media_ended
    if ended is None:
        return
    notice = Notice(TITLES[ended], (ASK,), "no_photography", Tone.ALERT)
    blocks.draw([Notices("", (notice,))], key="consent_pictures")
    st.page_link(
        navigation.CONSENT.path,
        label="See the patient's consent",
        icon=":material/contract:",
        query_params={addresses.PATIENT: str(opened.patient.patient_id)},
    )
