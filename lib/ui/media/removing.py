"""Removing pictures from the gallery, with a reason, and putting them back; nothing is erased."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.errors import ClinicError
from lib.services.media import removal
from lib.ui import clock, fields, formats, restricted, session
from lib.ui.keys import Keys
from lib.ui.media import labels

REASONS = ("Out of focus", "Taken twice", "Of another patient", "Not needed for the record")


@st.dialog("Remove from the gallery")
def ask(patient_id: UUID, media_ids: Sequence[UUID]) -> None:
    """Ask why, and remove the pictures."""
    actor = session.require(Permission.ADD_MEDIA)
    count = formats.counted(len(media_ids), "picture")
    st.write(
        f"{count} will be shown nowhere any more. The originals stay sealed in the record, and "
        "can be put back."
    )
    reason = st.selectbox(
        "Why",
        REASONS,
        index=None,
        accept_new_options=True,
        placeholder="Type or choose",
        key=f"{Keys.GALLERY_REMOVAL}-{media_ids[0]}",
    )
    with st.container(horizontal=True):
        is_wanted = st.button(f"Remove {count}", type="primary", icon=":material/delete:")
        if st.button("Keep them" if len(media_ids) > 1 else "Keep it"):
            st.rerun()
    if is_wanted:
        _remove(actor, patient_id, media_ids, reason or "")


def _remove(actor: Actor, patient_id: UUID, media_ids: Sequence[UUID], reason: str) -> None:
    try:
        removal.remove(
            session.clinic(),
            actor,
            patient_id,
            media_ids,
            reason,
            now=clock.now(),
            ground=restricted.ground_for(patient_id),
        )
    except ClinicError as error:
        fields.problem(error.message)
        return
    said = f"{formats.counted(len(media_ids), 'picture')} removed."
    labels.done(patient_id, said, lambda: _restore(patient_id, media_ids))
    st.rerun()


def put_back(patient_id: UUID, media_ids: Sequence[UUID]) -> None:
    """Put removed pictures back into the gallery."""
    try:
        _restore(patient_id, media_ids)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
        return
    labels.done(patient_id, f"{formats.counted(len(media_ids), 'picture')} put back.")
    st.rerun()


def _restore(patient_id: UUID, media_ids: Sequence[UUID]) -> None:
    removal.restore(
        session.clinic(),
        session.require(Permission.ADD_MEDIA),
        patient_id,
        media_ids,
        ground=restricted.ground_for(patient_id),
    )
