"""A person who can be recognised by everything that the software knows people by."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.services.clinic import Clinic
from tests.records import NOW, add_patient, write


@dataclass(frozen=True, slots=True)
class Known:
    """The person's ids as they were written."""

    patient_id: UUID
    key_id: UUID = field(default_factory=uuid7s.uuid7)
    media_id: UUID = field(default_factory=uuid7s.uuid7)
    evidence_id: UUID = field(default_factory=uuid7s.uuid7)
    consultation_id: UUID = field(default_factory=uuid7s.uuid7)


DIGEST = "ab" * 32
GIVEN = "Zoë Marianne"
FAMILY = "Quillfeather-O’Shea"  # noqa: RUF001 - as it is typed
FORMER = "Brackenbury"
PREFERRED = "Zozo"
EMAIL = "zoe.quill@example.org"
PHONE = "+447700900471"
LINE = "47 Larkspur Crescent"
POSTCODE = "ZE1 0AA"
EXTERNAL = "LEG-88412-X"
FILE = "zoe quillfeather scan.pdf"
NOTE = "Comes with her sister."
BORN = date(1971, 3, 9)


def add_known(clinic: Clinic, born_on: date = BORN) -> Known:
    """Add the person, with a former name and every way to be reached.

    Somebody added with another date of birth is a relative who shares everything else.
    """
    known = Known(
        add_patient(
            clinic, given_names=GIVEN, family_name=FAMILY, preferred_name=PREFERRED, born_on=born_on
        )
    )
    usual = {"patient_id": known.patient_id, "recorded_at": NOW}
    of_patient = {**usual, "source": "patient"}
    write(
        clinic,
        "patient_name",
        patient_name_id=uuid7s.uuid7(),
        kind="former",
        given_names=GIVEN,
        family_name=FORMER,
        **of_patient,
    )
    write(
        clinic,
        "patient_phone",
        patient_phone_id=uuid7s.uuid7(),
        kind="mobile",
        number=PHONE,
        number_as_given="07700 900 471",
        is_preferred=True,
        **of_patient,
    )
    write(
        clinic,
        "patient_email",
        patient_email_id=uuid7s.uuid7(),
        email=EMAIL,
        is_preferred=True,
        **of_patient,
    )
    write(
        clinic,
        "patient_address",
        patient_address_id=uuid7s.uuid7(),
        line_1=LINE,
        postcode=POSTCODE,
        is_preferred=True,
        **of_patient,
    )
    write(
        clinic,
        "patient_external_id",
        system=f"old software {known.patient_id}",
        external_id=EXTERNAL,
        patient_id=known.patient_id,
    )
    write(clinic, "media_key", key_id=known.key_id, patient_id=known.patient_id, made_at=NOW)
    write(
        clinic,
        "consent_evidence",
        evidence_id=known.evidence_id,
        kind="scan",
        filename=FILE,
        media_type="application/pdf",
        bytes=7,
        sha256=DIGEST,
        key_id=known.key_id,
        **usual,
    )
    write(
        clinic,
        "consultation",
        consultation_id=known.consultation_id,
        consulted_on=date(2019, 3, 1),
        notes=NOTE,
        outcome="proceed",
        **usual,
    )
    return known
