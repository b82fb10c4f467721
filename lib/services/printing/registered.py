"""The documents that this version prints; a new one adds its line here."""

from lib.services.printing import (
    certificate,
    consent_acknowledgement,
    consent_copy,
    consent_form,
    contact_sheet,
    prepare,
    recall,
    record,
    treatment,
)

DOCUMENTS = (
    record,
    treatment,
    recall,
    contact_sheet,
    consent_form,
    consent_acknowledgement,
    consent_copy,
    certificate,
)


def register_all() -> None:
    """Give every document its address."""
    for document in DOCUMENTS:
        prepare.register(document.PRINTABLE)
    prepare.register(consent_form.PROOF)
