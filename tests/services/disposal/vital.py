"""Marking what protects a patient, for tests of partial disposals."""

from datetime import timedelta
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.services.clinic import Clinic
from tests.records import NOW, TODAY, write


def mark(clinic: Clinic, patient_id: UUID, *rows: tuple[str, UUID]) -> UUID:
    """Mark rows (table and id) of a record as its vital interest; return the mark's id."""
    vital_id = uuid7s.uuid7()
    write(
        clinic,
        "vital_interest",
        vital_interest_id=vital_id,
        patient_id=patient_id,
        reason="A filler is in place.",
        review_on=TODAY + timedelta(days=365),
        marked_at=NOW,
    )
    for table, row_id in rows:
        write(
            clinic,
            "vital_interest_item",
            vital_interest_item_id=uuid7s.uuid7(),
            vital_interest_id=vital_id,
            patient_id=patient_id,
            kind="allergy",
            table_name=table,
            row_id=row_id,
            chosen_at=NOW,
        )
    return vital_id
