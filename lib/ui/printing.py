"""Ways to paper: links that open what is printed in a tab of its own."""

from uuid import UUID

import streamlit as st

RECORD, TREATMENT, RECALL = "record", "treatment", "recall"
CONTACT_SHEET = "contact-sheet"
CONSENT_COPY, CONSENT_ACKNOWLEDGEMENT = "consent-copy", "consent-acknowledgement"
CERTIFICATE = "certificate"
CONSENT_FORM, CONSENT_PROOF = "consent-form", "consent-form-proof"


def href(document: str, subject_id: UUID, *, is_pdf: bool = False) -> str:
    """Return the address of a document; it holds an opaque id, never a name."""
    return f"/print/{document}/{subject_id}{'.pdf' if is_pdf else ''}"


def record_links(patient_id: UUID) -> None:
    """Draw the ways to print a record, beside its other actions."""
    st.link_button("Print", href(RECORD, patient_id), icon=":material/print:")
    st.link_button("PDF", href(RECORD, patient_id, is_pdf=True), icon=":material/picture_as_pdf:")


def recall_links(recall_id: UUID) -> None:
    """Draw the ways to print the list of a recall."""
    st.link_button("Print the list", href(RECALL, recall_id), icon=":material/print:")
    pdf = href(RECALL, recall_id, is_pdf=True)
    st.link_button("The list as PDF", pdf, icon=":material/picture_as_pdf:")


def contact_sheet_links(sheet_id: UUID) -> None:
    """Draw the ways to a contact sheet on paper."""
    page = href(CONTACT_SHEET, sheet_id)
    st.link_button("Open to print", page, icon=":material/print:", type="primary")
    pdf = href(CONTACT_SHEET, sheet_id, is_pdf=True)
    st.link_button("Open as PDF", pdf, icon=":material/picture_as_pdf:")


def consent_copy_links(capture_id: UUID) -> None:
    """Draw the ways to the patient's copy of a form that was signed."""
    with st.container(horizontal=True):
        page = href(CONSENT_COPY, capture_id)
        st.link_button("Print the copy", page, icon=":material/print:", type="primary")
        pdf = href(CONSENT_COPY, capture_id, is_pdf=True)
        st.link_button("Copy as PDF", pdf, icon=":material/picture_as_pdf:")


def consent_proof_link(form_version_id: UUID) -> None:
    """Draw the way to a blank form of consent on paper, for those who write it."""
    page = href(CONSENT_PROOF, form_version_id)
    st.link_button("Print a blank form", page, icon=":material/print:")
