"""What can be done from a patient's record: features add their link here, the record draws them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.ui import navigation
from lib.ui.navigation import PageSpec


@dataclass(frozen=True, slots=True)
class RecordAction:
    """A screen that works on one patient, reached from the record; `icon` is a Material symbol."""

    label: str
    icon: str
    spec: PageSpec
    permission: Permission


# In the order in which they are drawn; the first that the person may use is the primary one.
ACTIONS: tuple[RecordAction, ...] = (
    RecordAction(
        "Record a treatment", "vaccines", navigation.TREATMENT, Permission.RECORD_TREATMENT
    ),
    RecordAction(
        "Medical history", "medical_information", navigation.HISTORY, Permission.VIEW_RECORD
    ),
    RecordAction("Photographs", "photo_library", navigation.PHOTOGRAPHS, Permission.VIEW_MEDIA),
    RecordAction("Consent", "contract", navigation.CONSENT, Permission.VIEW_RECORD),
    RecordAction("Keeping in touch", "contact_mail", navigation.CONTACTS, Permission.VIEW_RECORD),
    RecordAction("Details", "edit", navigation.EDIT, Permission.VIEW_RECORD),
    RecordAction("Retention", "auto_delete", navigation.RECORD_RETENTION, Permission.VIEW_RECORD),
    RecordAction("This is a duplicate of …", "merge", navigation.MERGE, Permission.MERGE_RECORDS),
)


def draw(actor: Actor, patient_id: UUID, further: Callable[[], None] | None = None) -> None:
    """Draw the actions that the person may use, in one row; `further` draws more beside them."""
    allowed = [one for one in ACTIONS if access.can(actor, one.permission)]
    if not allowed and further is None:
        return
    with st.container(horizontal=True, key="record_actions"):
        for place, one in enumerate(allowed):
            if st.button(
                one.label,
                icon=f":material/{one.icon}:",
                type="secondary" if place else "primary",
                key=f"record_action_{one.spec.url_path}",
            ):
                st.switch_page(one.spec.path, query_params={"id": str(patient_id)})
        if further is not None:
            further()
