"""How long saving a treatment takes, and correcting one, with all that hangs on it.

A million patients. Three areas with their points, the lot, aftercare and answered warnings, the
checks against history and stock, follow-ups, when the patient was last seen, and the audit entry,
in one transaction. Then the same by the same services in PostgreSQL, equally careful with its disk.
Rows are written, so CLINIC_BENCH should name a copy where others use the clinic too.
"""

import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.demo import accounts
from lib.demo.clinic import recipe_of
from lib.domain.chart_marks import usual_marks
from lib.domain.charts import Chart
from lib.domain.templates import UsualDose
from lib.domain.treatment_form import items_in, typed_of
from lib.domain.treatments import Entry
from lib.services import treatments
from lib.services.clinic import Clinic, open_clinic
from lib.services.treatments import Circumstances, Correction, NewTreatment
from lib.settings import Settings
from lib.store import records
from lib.store.connection import Cursor
from tests.bench.bench_record import patient_with_many
from tests.bench.bench_server import figures
from tests.bench.clinics import bench_home
from tests.bench.treatment_peer import clinic_in_postgres

TIMES = 200
WARM_UP = 10
AREAS = tuple(
    UsualDose(area, Decimal(dose))
    for area, dose in (("glabella", 20), ("forehead", 10), ("crow's feet", 20))
)
AFTERCARE = "Stay upright for four hours; do not rub the area today. Ring us about a drooping lid."
# Adults who are alive, with a history or without, spread over all years.
SAMPLE = """
SELECT patient_id FROM patient
WHERE patient_id IN (SELECT patient_id FROM patient USING SAMPLE 800 ROWS (reservoir, 7))
  AND born_on < DATE '2000-01-01' AND deceased_on IS NULL AND merged_into_id IS NULL
  AND patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
ORDER BY patient_id
"""
LOT = """
SELECT product_id, lot_id FROM lot JOIN product USING (product_id)
WHERE product_group = 'toxin' AND is_active AND expires_on > ? ORDER BY lot_id LIMIT 1
"""
PRESCRIBER = "SELECT practitioner_id FROM practitioner WHERE is_prescriber ORDER BY 1 LIMIT 1"
ACTOR = accounts.MANAGER.actor()


@dataclass(frozen=True, slots=True)
class Case:
    """One treatment that is about to be saved: every warning has its answer."""

    patient_id: UUID
    typed: dict[str, object]
    reasons: dict[str, str]


def treatment_of(cursor: Cursor, day: date) -> dict[str, object]:
    """Return a treatment as the form says it: toxin in three areas, from a lot in date."""
    product_id, lot_id = cursor.execute(LOT, [day]).fetchall()[0]
    (person_id,) = cursor.execute(PRESCRIBER).fetchall()[0]
    marks = usual_marks(AREAS, "unit", Chart.FACE_FRONT)
    entry = Entry(
        name="Wrinkle relaxing, 3 areas",
        treated_on=day,
        items=items_in(marks, product_id, lot_id),
        practitioner_id=person_id,
        prescriber_id=person_id,
        price_pence=25_500,
        is_aftercare_given=True,
        aftercare=AFTERCARE,
    )
    return typed_of(entry)


def cases(clinic: Clinic, patients: list[UUID], day: date) -> list[Case]:
    """Return a treatment for each patient, with an answer to each of its warnings."""
    with clinic.store.reading() as cursor:
        typed = treatment_of(cursor, day)
    return [Case(one, typed, _answers(clinic, one, typed, day)) for one in patients]


def _answers(
    clinic: Clinic, patient_id: UUID, typed: dict[str, object], day: date
) -> dict[str, str]:
    with clinic.store.reading() as cursor:
        patient = records.get_patient(cursor, patient_id)
        if patient is None:
            raise LookupError(patient_id)
        about = Circumstances(patient, treatments._history(cursor, patient_id))  # noqa: SLF001
    warned = treatments.check(clinic, ACTOR, typed, about, day).warnings
    return {one.key: "Discussed; the patient wishes to go ahead" for one in warned}


def saving(clinic: Clinic, chosen: list[Case], day: date) -> dict[str, Any]:
    """Return how long it takes to save each treatment, then to correct each."""
    saved, corrected = [], []
    done = [(case, uuid7s.uuid7()) for case in chosen]
    for case, key in done:
        new = NewTreatment(key, case.patient_id, case.typed, case.reasons)
        begun = time.perf_counter()
        treatments.record(clinic, ACTOR, new, now=_now(), as_of=day)
        saved.append((time.perf_counter() - begun) * 1000)
    for case, key in done:
        typed = {**case.typed, "notes": "Two units more on the left; corrected from the card."}
        why = "The card says so"
        new_key = uuid7s.uuid7()
        change = Correction(new_key, case.patient_id, key, case.typed, typed, why, seen=1)
        begun = time.perf_counter()
        treatments.correct(clinic, ACTOR, change, now=_now(), as_of=day)
        corrected.append((time.perf_counter() - begun) * 1000)
    return {"save": figures(saved[WARM_UP:]), "correct": figures(corrected[WARM_UP:])}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def main() -> int:
    """Print the figures as JSON."""
    home = bench_home()
    clinic = open_clinic(Settings(home=home, threads=1))
    recipe = recipe_of(home)
    day = date.fromisoformat(recipe.as_of) if recipe else date.today()  # noqa: DTZ011
    busiest = patient_with_many(clinic)
    with clinic.store.reading() as cursor:
        patients = [row[0] for row in cursor.execute(SAMPLE).fetchall()][: TIMES + WARM_UP]
    anybody = cases(clinic, patients, day)
    often = cases(clinic, [busiest] * (TIMES // 4 + WARM_UP), day)
    report: dict[str, Any] = {
        "points": len(usual_marks(AREAS, "unit", Chart.FACE_FRONT).points),
        "warnings_answered": sum(len(one.reasons) for one in anybody),
    }
    with clinic_in_postgres(clinic, [*patients, busiest]) as peer:
        report["here"] = {
            "anybody": saving(clinic, anybody, day),
            "who_has_500": saving(clinic, often, day),
        }
        report["in_postgresql"] = {
            "anybody": saving(peer, anybody, day),
            "who_has_500": saving(peer, often, day),
        }
    clinic.close()
    print(json.dumps(report))  # noqa: T201 - this is what a benchmark is for
    return 0


if __name__ == "__main__":
    sys.exit(main())
