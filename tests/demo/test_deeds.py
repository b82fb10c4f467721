"""What the people of the synthetic clinic did: recalls, answered warnings, pairs and a merge."""

from pathlib import Path
from typing import Any

import pytest

from lib.demo import deeds
from lib.demo.accounts import MANAGER
from lib.demo.catalogue import CORRECTION, FILLER, PROTOCOLS, TOXIN
from lib.demo.clinic import build
from lib.demo.deeds import ANSWERS
from lib.demo.templates import aftercare_of
from lib.domain.charts import Chart, region_of
from lib.domain.contraindications import allergies_to, lines_of
from lib.services import merges, unmerging
from lib.services.clinic import open_clinic
from lib.store import history
from lib.store.connection import Store
from tests.demo.conftest import AS_OF, Ask, ignore, open_store, settings_of


def test_one_recall_is_open_with_some_contacted_and_one_is_closed(ask: Ask) -> None:
    found = ask("""
        SELECT r.closed_at IS NULL, l.withdrawn_on IS NOT NULL,
            count(DISTINCT i.patient_id), count(DISTINCT c.patient_id) FILTER (c.is_done)
        FROM recall AS r JOIN lot AS l ON l.lot_id = r.lot_id
        JOIN treatment_item AS i ON i.lot_id = r.lot_id
        LEFT JOIN recall_contact AS c ON c.recall_id = r.recall_id
        GROUP BY ALL ORDER BY 1
    """)
    (closed, opened) = found
    assert (closed[:2], opened[:2]) == ((False, True), (True, True))
    assert 8 <= opened[2] <= 40
    assert 0 < opened[3] < opened[2]
    assert 0 < closed[3] <= closed[2]


def test_nobody_is_contacted_about_a_lot_they_never_had(ask: Ask) -> None:
    assert ask("""
        SELECT count(*) FROM recall_contact AS c JOIN recall AS r USING (recall_id)
        WHERE NOT EXISTS (SELECT 1 FROM treatment_item AS i
            WHERE i.lot_id = r.lot_id AND i.patient_id = c.patient_id)
    """) == [(0,)]  # fmt: skip


def test_a_few_warnings_were_answered_each_as_it_fits(ask: Ask) -> None:
    rows = ask("SELECT warning, level, reason FROM treatment_warning")
    assert 4 <= len(rows) <= 12
    for warning, level, reason in rows:
        assert level in {"caution", "stop"}
        assert [key for key in ANSWERS if key in warning and ANSWERS[key] == reason]


def test_somebody_is_allergic_to_what_a_product_holds_and_was_warned(
    ask: Ask, store: Store
) -> None:
    rows = ask("""
        SELECT w.patient_id, w.history_entry_id, p.name, p.components
        FROM treatment_warning AS w
        JOIN treatment_item AS i USING (treatment_id) JOIN product AS p USING (product_id)
        WHERE w.warning LIKE 'Allergy%'
    """)
    assert rows
    for patient_id, entry_id, product, components in rows:
        with store.reading() as cursor:
            entries = history.list_history(cursor, patient_id)
        found = allergies_to(lines_of(components), entries, product)
        assert entry_id in {warning.entry_id for warning in found}


def test_a_handful_of_pairs_waits_for_review_and_one_was_merged(ask: Ask) -> None:
    states = dict(ask("SELECT state, count(*) FROM duplicate_pair GROUP BY state"))
    assert states == {"open": deeds.PAIRS - 1, "merged": 1}
    assert ask("SELECT count(*) FROM duplicate_pair WHERE probability < 0.5") == [(0,)]
    assert ask("SELECT count(*) FROM patient WHERE merged_into_id IS NOT NULL") == [(1,)]


def test_the_merge_can_be_undone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    build(settings, deeds.FEWEST_PATIENTS, 3, AS_OF, ignore)
    clinic = open_clinic(settings)
    (merge,), count = merges.list_all(clinic, MANAGER.actor())
    assert count == 1
    said = unmerging.Said(reason="Two people after all")
    unmerging.undo(clinic, MANAGER.actor(), merge.merge_id, now=merge.merged_at, said=said)
    with clinic.store.reading() as cursor:
        left = cursor.execute("SELECT count(*) FROM patient WHERE merged_into_id IS NOT NULL")
        assert left.fetchone() == (0,)
    clinic.close()


MEANT = (
    "SELECT reason, opened_at, closed_at, lot_id FROM recall ORDER BY ALL",
    "SELECT recall_id, patient_id, is_done, note, recorded_at FROM recall_contact ORDER BY ALL",
    "SELECT treatment_id, warning, reason FROM treatment_warning ORDER BY ALL",
    "SELECT patient_id, other_patient_id, probability, state FROM duplicate_pair ORDER BY ALL",
    "SELECT patient_id, absorbed_id, reason FROM patient_merge ORDER BY ALL",
)


def test_the_same_seed_gives_the_same_deeds(tmp_path: Path) -> None:
    found: list[list[Any]] = []
    for name in ("one", "two"):
        settings = settings_of(tmp_path / name)
        build(settings, deeds.FEWEST_PATIENTS, 4, AS_OF, ignore)
        store = open_store(settings)
        with store.reading() as cursor:
            found.append([cursor.execute(sql).fetchall() for sql in MEANT])
        store.close()
    assert found[0] == found[1]
    assert all(found[0])


def test_every_point_lies_within_its_area(ask: Ask) -> None:
    rows = ask("""
        SELECT i.area, p.chart, p.x, p.y FROM treatment_point AS p
        JOIN treatment_item AS i USING (treatment_item_id)
    """)
    assert len(rows) > 300
    for area, chart, x, y in rows:
        region = region_of(area, Chart(chart))
        assert region is not None
        assert min(part.distance(float(x), float(y)) for part in region.parts) <= 1


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda one: one.name)
def test_what_a_patient_is_told_fits_the_treatment(protocol: Any) -> None:  # noqa: ANN401
    words = aftercare_of(protocol)
    if protocol.programme in {TOXIN, FILLER, CORRECTION}:
        assert "999" in words
    if protocol.name.startswith("Home care: sun") or protocol.name.startswith("Home care: vit"):
        assert "pea" not in words.split()
        assert "pregnant" not in words
    if "Underarm" in protocol.name:
        assert "drooping" not in words
    if protocol.name == "LED light therapy":
        assert "blisters" not in words


def test_a_smaller_clinic_has_none_of_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    build(settings, deeds.FEWEST_PATIENTS - 1, 3, AS_OF, ignore)
    store = open_store(settings)
    with store.reading() as cursor:
        for table in ("recall", "treatment_warning", "duplicate_pair", "patient_merge"):
            assert cursor.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608
    store.close()
