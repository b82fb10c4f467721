"""People alone, as benchmarks take them: the same for the same seed, varied in their names."""

import unicodedata
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lib.demo import people
from lib.demo.likeness import confuse
from lib.demo.people import distinct_words

MANY = 20_000


@pytest.fixture(scope="module")
def many() -> dict[str, pa.Table]:
    return people.people(MANY, 3)


def test_people_are_the_same_for_the_same_seed() -> None:
    one, two = people.people(500, 1), people.people(500, 1)
    assert one.keys() == two.keys()
    assert all(one[name].equals(two[name]) for name in one)
    assert not one["patient"].equals(people.people(500, 2)["patient"])


def test_people_come_by_the_table(many: dict[str, pa.Table]) -> None:
    assert list(many) == [
        "patient",
        "patient_external_id",
        "patient_name",
        "patient_phone",
        "patient_email",
        "patient_address",
        "contact_preference",
        "reasonable_adjustment",
        "restriction",
    ]
    assert many["patient"].num_rows == many["patient_external_id"].num_rows == MANY
    assert many["patient"]["last_seen_on"].null_count == MANY


def test_more_people_than_a_batch_are_all_different(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "BATCH", 300)
    patients = people.people(1_000, 1)["patient"]
    assert patients.num_rows == 1_000
    for column in ("patient_id", "reference"):
        assert pc.count_distinct(patients[column]).as_py() == 1_000


def test_keys_are_of_version_seven_and_dated_by_when_the_row_was_made(
    many: dict[str, pa.Table],
) -> None:
    patients = many["patient"].slice(0, 500)
    for key, made in zip(
        patients["patient_id"].to_pylist(), patients["created_at"].to_pylist(), strict=True
    ):
        assert key[14] == "7"
        assert key[19] in "89ab"
        milliseconds = int(key.replace("-", "")[:12], 16)
        epoch = np.datetime64(made, "s").astype(np.int64)
        assert 0 <= milliseconds - int(epoch) * 1000 < 1000


def test_names_grow_towards_a_hundred_thousand_words(many: dict[str, pa.Table]) -> None:
    # The tail of rare names keeps growing, but slower than the people: by Heaps' law from 10,000
    # and 20,000 people, a million are expected to have over 100,000 words.
    half = distinct_words(people.people(MANY // 2, 3)["patient"])
    whole = distinct_words(many["patient"])
    growth = np.log(whole / half) / np.log(2)
    assert 0.5 < growth < 1
    assert whole * (1_000_000 / MANY) ** growth > 100_000


def test_frequent_names_are_frequent_and_rare_ones_many(many: dict[str, pa.Table]) -> None:
    counts = pc.value_counts(many["patient"]["family_name"].combine_chunks())
    times = np.sort(np.array([row["counts"] for row in counts.to_pylist()]))[::-1]
    assert 0.01 < times[0] / MANY < 0.03
    assert (times == 1).sum() > 0.15 * MANY


def test_names_come_in_many_scripts_and_signs(many: dict[str, pa.Table]) -> None:
    aliases = "".join(
        given + family
        for given, family in zip(
            many["patient_name"]["given_names"].to_pylist(),
            many["patient_name"]["family_name"].to_pylist(),
            strict=True,
        )
    )
    scripts = {unicodedata.name(letter).partition(" ")[0] for letter in aliases if letter.strip()}
    assert scripts >= {"GREEK", "CYRILLIC", "ARABIC", "DEVANAGARI", "CJK", "GURMUKHI", "BENGALI"}
    families = " ".join(many["patient"]["family_name"].to_pylist())
    assert [sign for sign in "'- łşãễń" if sign not in families] == []


def test_nobody_has_a_birthday_after_registration(many: dict[str, pa.Table]) -> None:
    patients = many["patient"]
    born = patients["born_on"].drop_null()
    assert pc.max(born).as_py() < date(2012, 1, 1)
    assert 0.005 < patients["born_on"].null_count / MANY < 0.02


def test_second_records_resemble_an_earlier_one_and_differ_in_one_thing() -> None:
    days = people.calendar(date(2026, 11, 1))
    random = np.random.default_rng(5)
    crowd = people.crowd.draw(random, range(1, 8_001), 8_000, days)
    found = confuse(random, crowd)
    assert 100 < len(found.duplicates) < 300
    assert (found.originals < found.duplicates).all()
    assert len(set(found.originals)) == len(found.originals)
    same_birthday = crowd.born[found.duplicates] == crowd.born[found.originals]
    same_family = crowd.names.family[found.duplicates] == crowd.names.family[found.originals]
    same_given = crowd.names.given[found.duplicates] == crowd.names.given[found.originals]
    differences = (~same_birthday).astype(int) + ~same_family + ~same_given
    assert differences.max() == 1
    assert 0.8 < same_birthday.mean() < 0.97
    assert 0.6 < same_given.mean() < 0.9
    assert 0.4 < same_family.mean() < 0.8
    assert len(found.twins) > 5
    assert len(found.namesakes) > 5
