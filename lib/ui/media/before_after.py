"""Exporting a before-and-after image on the screen: for what, with what, and fetching it."""

from dataclasses import dataclass, replace
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.media import Purpose
from lib.errors import ClinicError, PurposeNotPermittedError
from lib.services import downloads
from lib.services.media import before_after
from lib.services.media.before_after import Wanted
from lib.services.media.pairs import Look
from lib.ui import addresses, clock, navigation, session, text

LABELS = {
    Purpose.RECORD: "The record, or a copy for the patient",
    Purpose.EDUCATION: "Education",
    Purpose.SOCIAL_MEDIA: "Social media",
    Purpose.THIRD_PARTY: "A third party",
}
INSTEAD = "Record the patient's consent to this use first, or export for the record."


@dataclass(frozen=True, slots=True)
class Choice:
    """What is on the screen when the export begins."""

    media_ids: tuple[UUID, ...]
    look: Look
    has_alignment: bool
    is_matched: bool


def draw(actor: Actor, patient_id: UUID, choice: Choice) -> None:
    """Draw the button that begins the export, for those who may."""
    if access.can(actor, Permission.EXPORT_MEDIA) and st.button(
        "Export before and after", type="primary", icon=":material/ios_share:"
    ):
        _ask(patient_id, choice)


@st.dialog("Export before and after")
def _ask(patient_id: UUID, choice: Choice) -> None:
    actor = session.require(Permission.EXPORT_MEDIA)
    purposes = list(Purpose)
    purpose = st.radio(
        "What it is for",
        purposes,
        index=purposes.index(choice.look.purpose),
        format_func=lambda one: LABELS[one],
    )
    wanted = Wanted(
        choice.media_ids,
        has_dates=st.checkbox("Dates under the pictures", value=True),
        is_aligned=choice.has_alignment
        and st.checkbox("Cut to what both show, as they are aligned", value=True),
        is_matched=st.checkbox(
            "Match the brightness to the first picture",
            value=choice.is_matched,
            help="The picture that was changed says so in the image.",
        ),
    )
    st.caption("The image holds no name and no hidden data. Whose it is stays in the audit trail.")
    if st.button("Make the image", type="primary", icon=":material/image:"):
        _make(
            actor, patient_id, wanted, replace(choice.look, purpose=purpose or choice.look.purpose)
        )


def _make(actor: Actor, patient_id: UUID, wanted: Wanted, look: Look) -> None:
    try:
        made = before_after.export(session.clinic(), actor, patient_id, wanted, look)
    except PurposeNotPermittedError as error:
        st.error(text.plain(f"{error.message} {INSTEAD}"), icon=":material/block:")
        return
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")
        return
    key = f"{patient_id} {wanted} {look.purpose.value}"
    address = downloads.offer(actor, key, made, now=clock.now())
    st.success("The image is ready for ten minutes.", icon=":material/check:")
    st.link_button("Download the image (JPEG)", address, icon=":material/download:")
    if look.purpose is not Purpose.RECORD:
        _offer_noting(patient_id, wanted)


def _offer_noting(patient_id: UUID, wanted: Wanted) -> None:
    """Offer to note where the pictures are used: each has a page of its own for that."""
    for place, media_id in enumerate(wanted.media_ids, start=1):
        query = {addresses.PATIENT: str(patient_id), addresses.MEDIA: str(media_id)}
        st.link_button(
            f"Note where picture {place} is used",
            navigation.href(navigation.PHOTOGRAPH, query),
            icon=":material/edit_note:",
        )
