"""The day's treatments without a picture: exactly those that home counts."""

from datetime import timedelta

import pytest

from lib.domain.access import Actor
from lib.errors import NotPermittedError
from lib.services.clinic import Clinic
from lib.services.media import missing
from tests.media_items import add_item
from tests.records import (
    NOW,
    TODAY,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
)


def test_home_counts_what_the_screen_shows(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    lacking, pictured, removed, locked, merged = (add_patient(clinic) for _ in range(5))
    series = {
        one: add_treatment(clinic, one, stock, TODAY)
        for one in (lacking, pictured, removed, locked, merged)
    }
    add_treatment(clinic, lacking, stock, TODAY - timedelta(1))
    add_item(clinic, pictured, treatment_series_id=series[pictured])
    add_item(clinic, removed, treatment_series_id=series[removed], removed_at=NOW)
    restrict(clinic, locked)
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?", [lacking, merged]
        )
    )
    found = missing.list_missing(clinic, staff, as_of=TODAY)
    assert [one.series_id for one in found] == [series[lacking], series[removed]]
    assert found[0].practitioner_name == "Pat Lee"
    (item,) = missing.home_items(clinic, staff, TODAY)
    assert (item.count, item.path) == (2, "pages/records/photographs_missing.py")
    listed = {line[2] for line in audit_lines(clinic) if "shown in a list" in line[0]}
    assert listed == {str(lacking), str(removed)}


def test_with_every_picture_there_home_says_nothing(clinic: Clinic, staff: Actor) -> None:
    assert list(missing.home_items(clinic, staff, TODAY)) == []


def test_it_is_for_those_who_may_add_them(clinic: Clinic, compliance: Actor) -> None:
    with pytest.raises(NotPermittedError):
        missing.list_missing(clinic, compliance, as_of=TODAY)
