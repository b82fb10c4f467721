"""The Febrl project's synthetic people: a corrupted duplicate must find its original."""

import csv
from datetime import date
from pathlib import Path

import pytest

from lib.services.clinic import Clinic
from tests.search.people import TODAY, register

DATA = Path(__file__).resolve().parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a file with clean headings and values."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            {key.strip(): value.strip() for key, value in row.items()}
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize("name", ["febrl1", "febrl2"])
def test_a_corrupted_duplicate_finds_its_original(clinic: Clinic, name: str) -> None:
    people = rows(name)
    originals = [row for row in people if row["rec_id"].endswith("-org")]
    ids = register(
        clinic,
        *(
            {
                "given_names": row["given_name"],
                "family_name": row["surname"],
                "born_on": date.fromisoformat(row["date_of_birth"])
                if row["date_of_birth"]
                else None,
                "external_id": row["rec_id"],
            }
            for row in originals
        ),
    )
    patient = dict(zip((row["rec_id"].split("-")[1] for row in originals), ids, strict=True))
    places = []
    for row in people:
        if "-dup-" in row["rec_id"]:
            text = f"{row['given_name']} {row['surname']} {row['date_of_birth']}"
            found = [one.patient_id for one in clinic.search.search(text, today=TODAY)]
            meant = patient[row["rec_id"].split("-")[1]]
            places.append(found.index(meant) if meant in found else None)
    assert len(places) == len(people) - len(originals)
    assert sum(place is not None for place in places) / len(places) >= 0.99
    assert sum(place == 0 for place in places) / len(places) >= 0.97
