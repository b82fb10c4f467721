"""The strip's item of photographs: what the newest treatment of each of several patients has."""

from datetime import timedelta
from uuid import UUID

from lib.domain.summary import Key, State, SummaryItem
from lib.services import summary
from lib.services.clinic import Clinic
from tests.media_items import add_item
from tests.records import NOW, TODAY, add_patient, add_stock, add_treatment, correct_treatment


def item(clinic: Clinic, *patient_ids: UUID) -> list[SummaryItem]:
    with clinic.store.reading() as cursor:
        strips = summary.items_for(cursor, patient_ids, TODAY)
    return [next(one for one in strips[key] if one.key is Key.PHOTOGRAPHS) for key in patient_ids]


def test_each_patient_s_newest_treatment_is_asked_about(clinic: Clinic) -> None:
    stock = add_stock(clinic)
    whole, lacking, never, other = (add_patient(clinic, last_seen_on=TODAY) for _ in range(4))
    old = add_treatment(clinic, whole, stock, TODAY - timedelta(90))
    new = add_treatment(clinic, whole, stock, TODAY - timedelta(9))
    for series, stage in ((new, "before"), (new, "review")):
        add_item(clinic, whole, treatment_series_id=series, stage=stage)
    add_item(clinic, lacking, treatment_series_id=old, stage="before")
    add_treatment(clinic, lacking, stock, TODAY)
    gone = add_treatment(clinic, other, stock, TODAY)
    add_item(clinic, other, treatment_series_id=gone, stage="before", removed_at=NOW)
    states = [one.state for one in item(clinic, whole, lacking, never, other)]
    assert states == [State.DONE, State.MISSING, State.NOT_APPLICABLE, State.MISSING]


def test_a_corrected_treatment_keeps_its_pictures(clinic: Clinic) -> None:
    stock = add_stock(clinic)
    patient_id = add_patient(clinic, last_seen_on=TODAY)
    series = add_treatment(clinic, patient_id, stock, TODAY)
    add_item(clinic, patient_id, treatment_series_id=series, stage="before")
    correct_treatment(clinic, patient_id, stock, series)
    (found,) = item(clinic, patient_id)
    assert (found.said, found.path) == ("Before pictures", "pages/records/photographs.py")
