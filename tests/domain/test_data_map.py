"""The data map declares each column once and says what becomes of it."""

from collections import Counter

from lib.domain import data_map
from lib.domain.data_map import COLUMNS, Category, OnDisposal, OnExport, OnRestrict


def test_every_column_is_declared_once() -> None:
    twice = [key for key, count in Counter((c.table, c.name) for c in COLUMNS).items() if count > 1]
    assert twice == []


def test_every_table_that_names_a_patient_reaches_it_by_that_column() -> None:
    naming = {c.table for c in COLUMNS if c.name == "patient_id"}
    assert naming == set(data_map.tables_of_patient())
    assert all("patient_id" in c.reach for c in COLUMNS if c.table in naming)


def test_a_row_about_two_records_reaches_both() -> None:
    assert data_map.columns_of("patient_merge")[0].reach == ("patient_id", "absorbed_id")
    assert data_map.columns_of("patient")[0].reach == ("patient_id", "merged_into_id")


def test_nothing_personal_survives_an_erasure_but_the_hash_of_who_is_not_written_to() -> None:
    personal = {Category.CLINICAL, Category.IDENTITY, Category.CONTACT, Category.CONSENT}
    surviving = {
        c.table
        for c in COLUMNS
        if c.category in personal and c.treatment.on_erase is not OnDisposal.DELETE
    }
    assert surviving == {"suppression"}
    assert {c.name for c in data_map.columns_of("suppression") if c.name.endswith("_id")} == {
        "suppression_id"
    }


def test_what_an_access_pack_includes_is_withheld_under_restriction_or_is_the_trail() -> None:
    open_columns = {
        c.table
        for c in COLUMNS
        if c.treatment.on_export is OnExport.INCLUDE
        and c.treatment.on_restrict is not OnRestrict.WITHHOLD
    }
    assert open_columns == {"audit_entry"}


def test_columns_of_an_unknown_table_are_none() -> None:
    assert data_map.columns_of("no_such_table") == ()
