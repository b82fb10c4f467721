"""The kinds of file that can be imported, and who does each."""

from enum import StrEnum
from typing import Any

from lib.imports.importing import Importer
from lib.imports.patients.checking import check as check_patients
from lib.imports.patients.form import FORM as PATIENT_FORM
from lib.imports.patients.plan import plan as plan_patients
from lib.imports.patients.writing import carry_out as carry_out_patients


class Kind(StrEnum):
    """What a file holds; the words are those of the console and the store."""

    PATIENTS = "patients"


IMPORTERS: dict[Kind, Importer[Any, Any]] = {
    Kind.PATIENTS: Importer(
        PATIENT_FORM,
        ("patient", "patients"),
        check_patients,
        plan_patients,
        carry_out_patients,
    ),
}
