"""Building: the same clinic for the same seed, only into a home of its own, whole or not at all."""

import hashlib
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from lib.demo.clinic import Built, Recipe, build, recipe_of
from lib.demo.clinic import tables as clinic_tables
from lib.domain import audit
from lib.domain.audit import Action, Entry
from lib.domain.reference import is_reference
from lib.errors import ClinicError, InvalidInputError
from lib.services.clinic import STORE_FILE, open_clinic
from lib.settings import Settings
from lib.store.connection import Store
from lib.store.keys import default_key_file
from tests.demo.conftest import AS_OF, PATIENTS, SEED, Ask, ignore, open_store, settings_of

TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_catalog = 'clinic' AND table_schema = 'main' AND table_name <> 'schema_migration'
"""


def digests(store: Store) -> dict[str, str]:
    """Return a hash of every table's rows; the entry of the build itself has the time of day."""
    with store.reading() as cursor:
        tables = [row[0] for row in cursor.execute(TABLES).fetchall()]
        found = {}
        for table in tables:
            where = f"WHERE action <> '{Action.DEMO_BUILT}'" if table == "audit_entry" else ""
            rows = cursor.execute(f"SELECT * FROM {table} {where} ORDER BY ALL").fetchall()  # noqa: S608
            found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def built_in(home: Path, patients: int = 120, seed: int = 1, as_of: date = AS_OF) -> dict[str, str]:
    settings = settings_of(home)
    build(settings, patients, seed, as_of, ignore)
    store = open_store(settings)
    found = digests(store)
    store.close()
    return found


def test_the_same_seed_and_day_give_the_same_rows_keys_included(tmp_path: Path) -> None:
    assert built_in(tmp_path / "one") == built_in(tmp_path / "two")


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    one, two = built_in(tmp_path / "one", seed=1), built_in(tmp_path / "two", seed=2)
    assert one["patient"] != two["patient"]
    assert one["treatment"] != two["treatment"]


def test_another_day_gives_another_history(tmp_path: Path) -> None:
    one = built_in(tmp_path / "one")
    two = built_in(tmp_path / "two", as_of=date(2025, 3, 1))
    assert one["treatment"] != two["treatment"]


def test_a_clinic_of_one_patient_can_be_built(tmp_path: Path) -> None:
    assert built_in(tmp_path / "one", patients=1)["patient"]


def test_the_clinic_is_marked_and_opens_as_a_demo(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    build(settings, 30, 1, AS_OF, ignore)
    clinic = open_clinic(settings)
    assert clinic.is_demo
    clinic.close()
    assert recipe_of(settings.home) == Recipe(30, 1, AS_OF.isoformat())


def test_rows_are_counted_as_they_are_stored(built: tuple[Settings, Built], ask: Ask) -> None:
    for table, rows in built[1].rows.items():
        assert ask(f"SELECT count(*) FROM {table}") == [(rows,)]  # noqa: S608
    assert built[1].rows["patient"] == PATIENTS


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    settings = settings_of(tmp_path / "c")
    build(settings, 40, 1, AS_OF, lambda stage, done, of: seen.append((stage, done, of)))
    assert seen == [("Patients", 40, 40)]


def test_the_same_clinic_again_changes_nothing_even_on_another_day(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    build(settings, 30, 1, AS_OF, ignore)
    before = (settings.home / STORE_FILE).read_bytes()
    again = build(settings, 30, 1, date(2027, 1, 1), ignore)
    assert not again.is_new
    assert again.recipe == Recipe(30, 1, "2026-11-20")
    assert (settings.home / STORE_FILE).read_bytes() == before


def test_another_synthetic_clinic_in_the_same_home_is_refused(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    build(settings, 30, 1, AS_OF, ignore)
    with pytest.raises(ClinicError, match="has 30 patients from seed 1"):
        build(settings, 30, 2, AS_OF, ignore)


def test_a_real_clinic_is_refused_and_left_alone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    open_clinic(settings).close()
    before = (settings.home / STORE_FILE).read_bytes()
    with pytest.raises(ClinicError, match="not synthetic"):
        build(settings, 30, 1, AS_OF, ignore)
    assert (settings.home / STORE_FILE).read_bytes() == before
    assert not (settings.home / "DEMO").exists()


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    settings.home.mkdir()
    (settings.home / "letter.txt").write_text("kept")
    with pytest.raises(ClinicError, match="not empty"):
        build(settings, 30, 1, AS_OF, ignore)
    assert (settings.home / "letter.txt").read_text() == "kept"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    settings.home.mkdir()
    assert build(settings, 30, 1, AS_OF, ignore).is_new


@pytest.mark.parametrize("patients", [0, -1, 2_000_001])
def test_an_impossible_number_of_patients_is_refused(tmp_path: Path, patients: int) -> None:
    with pytest.raises(InvalidInputError, match="between 1 and 2,000,000"):
        build(settings_of(tmp_path / "clinic"), patients, 1, AS_OF, ignore)
    assert not (tmp_path / "clinic").exists()


def test_an_interrupted_build_leaves_no_clinic_and_the_next_one_succeeds(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")

    def pull_the_plug(stage: str, done: int, of: int) -> None:
        raise KeyboardInterrupt(stage, done, of)

    with pytest.raises(KeyboardInterrupt):
        build(settings, 30, 1, AS_OF, pull_the_plug)
    assert not settings.home.exists()
    assert build(settings, 30, 1, AS_OF, ignore).is_new
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic", "clinic.keys"]


def test_a_key_that_is_there_already_is_used_and_kept(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "clinic")
    file = default_key_file(settings.home)
    file.parent.mkdir()
    file.write_text("ab" * 32)
    build(settings, 30, 1, AS_OF, ignore)
    assert file.read_text() == "ab" * 32
    open_store(settings).close()


def test_a_key_in_the_settings_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "clinic", key="cd" * 32)
    build(settings, 30, 1, AS_OF, ignore)
    open_store(settings).close()
    assert not default_key_file(settings.home).exists()


def test_references_run_from_one_and_the_counter_goes_on_after_them(ask: Ask) -> None:
    references = [row[0] for row in ask("SELECT reference FROM patient ORDER BY reference")]
    assert [int(reference[1:-1]) for reference in references] == list(range(1, PATIENTS + 1))
    assert all(is_reference(reference) for reference in references)
    assert ask("SELECT name, next_value FROM counter") == [("patient_reference", PATIENTS + 1)]


def test_the_build_is_in_the_audit_trail(ask: Ask) -> None:
    found = ask(f"SELECT detail FROM audit_entry WHERE action = '{Action.DEMO_BUILT}'")  # noqa: S608
    assert found == [(f'{{"patients": {PATIENTS}, "seed": {SEED}}}',)]


def test_the_trail_of_the_demo_people_verifies(ask: Ask) -> None:
    columns = ", ".join(Entry.__slots__)
    rows = ask(f"SELECT {columns} FROM audit_entry ORDER BY chain_id, position")  # noqa: S608
    for _, chain in groupby((Entry(*row) for row in rows), key=lambda entry: entry.chain_id):
        head = audit.GENESIS
        for position, entry in enumerate(chain):
            fault = audit.fault_of(entry, expected_position=position, expected_previous=head)
            assert fault is None
            head = entry.entry_hash
    assert len(rows) > 100
    assert {row[8] for row in rows} == {"done", "refused"}


@pytest.mark.parametrize("seed", range(25))
def test_the_smallest_clinics_can_be_drawn_whoever_their_patients_are(seed: int) -> None:
    # Somebody who only enquired has no treatment, no consultation and no history.
    recipe = Recipe(1 + seed % 3, seed, AS_OF.isoformat())
    tables = list(clinic_tables(recipe, ignore))
    assert sum(found["patient"].num_rows for found in tables if "patient" in found) == (
        recipe.patients
    )
