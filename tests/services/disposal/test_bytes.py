"""A search for bytes that shares nothing with the product's own finds nothing of who was erased.

The store is kept in the clear and uncompressed here, as no clinic has it: what is encrypted or
compressed could not be searched, and would pass whatever it held.
"""

from collections.abc import Iterator
from datetime import date
from mmap import ACCESS_READ, mmap
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain import certificates as rules
from lib.domain.audit import Action, Event
from lib.domain.disposal import CaseState
from lib.domain.reference import reference_of
from lib.services.clinic import Clinic, open_clinic
from lib.services.disposal import certificates, running
from lib.store.connection import Cursor
from tests.conftest import settings_of
from tests.records import NOW, add_history, add_patient, write
from tests.sealed_pictures import add_picture
from tests.services.disposal import known as someone
from tests.services.disposal.due import people, started, treat
from tests.services.disposal.known import Known

SECRET = "Reacted to the plaster on her left wrist"
KEPT = "Akande-who-stays"


def in_the_clear(connection: Cursor, path: Path, key: bytes, name: str = "clinic") -> None:
    """Attach a store that is neither encrypted nor compressed."""
    assert key
    connection.execute("SET force_compression = 'uncompressed'")
    connection.execute(f"ATTACH '{path}' AS {name}")


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """Open an empty clinic whose store can be read by anybody."""
    monkeypatch.setattr("lib.store.site.attach", in_the_clear)
    opened = open_clinic(settings_of(tmp_path / "clinic"))
    yield opened
    opened.close()


def test_nothing_of_an_erased_person_is_left_in_any_byte(clinic: Clinic) -> None:
    known = someone.add_known(clinic)
    key_id = clinic.media.keys.make()
    media_id = add_picture(clinic, known.patient_id, key_id, note="Bruise beside the mole")
    treatment_id = treat(clinic, known.patient_id)
    add_history(clinic, known.patient_id, "allergy", "Plaster", detail=SECRET)
    add_others(clinic)
    known_people = people(clinic)
    viewed = Event(Action.RECORD_VIEWED, known.patient_id)
    clinic.store.transact(lambda unit: unit.audit(known_people.staff, viewed))
    needles = {**texts(), **ids(known, treatment_id, media_id)}
    settle(clinic)

    # What cannot be found before would prove nothing afterwards.
    assert found(clinic, needles) == set(needles)

    case = started(clinic, known_people, known.patient_id)
    done = running.run(clinic, case.case_id, lambda: NOW)

    assert (done.fault, done.state) == (None, CaseState.DONE)
    every = other_forms(needles, known.patient_id, treatment_id, media_id, known.consultation_id)
    assert found(clinic, every) == set()
    settle(clinic)
    assert found(clinic, every) == set()
    assert found(clinic, {"who stays": KEPT.encode()}) == {"who stays"}
    row = certificates.of_case(clinic, known_people.owner, case.case_id)
    assert row is not None
    assert rules.certificate_in(row.content)["search"]["hits"] == 0


def add_others(clinic: Clinic) -> None:
    """Add others who stay: a column in which one row stands keeps it in a form of its own."""
    for place in range(20):
        patient_id = add_patient(clinic, given_names=f"Olu {place}", family_name=KEPT)
        treat(clinic, patient_id)
    key_id = clinic.media.keys.make()
    for _ in range(2):
        add_picture(clinic, patient_id, key_id)
    write(
        clinic,
        "consultation",
        consultation_id=uuid7s.uuid7(),
        patient_id=patient_id,
        consulted_on=date(2024, 5, 2),
        outcome="proceed",
        recorded_at=NOW,
    )


def texts() -> dict[str, bytes]:
    """Return what the person is known by in words, as it was typed."""
    words = {
        "given names": someone.GIVEN,
        "family name": someone.FAMILY,
        "former name": someone.FORMER,
        "preferred name": someone.PREFERRED,
        "telephone": someone.PHONE,
        "telephone as given": "07700 900 471",
        "email": someone.EMAIL,
        "first line of the address": someone.LINE,
        "postcode": someone.POSTCODE,
        "id in other software": someone.EXTERNAL,
        "hash of a file": someone.DIGEST,
        "name of a file": someone.FILE,
        "reference": reference_of(1),
        "note of a consultation": someone.NOTE,
        "allergy": SECRET,
        "note of a picture": "Bruise beside the mole",
    }
    return {name: text.encode() for name, text in words.items()}


def ids(known: Known, treatment_id: UUID, media_id: UUID) -> dict[str, bytes]:
    """Return the person's ids as DuckDB keeps them, and as names of files have them."""
    return {
        "patient": kept(known.patient_id),
        "treatment": kept(treatment_id),
        "picture": kept(media_id),
        "consultation": kept(known.consultation_id),
        "file of the picture": str(media_id).encode(),
    }


def kept(one: UUID) -> bytes:
    """Return an id's 16 bytes in a file of DuckDB: a signed number, the lowest byte first."""
    return (one.int ^ (1 << 127)).to_bytes(16, "little")


def other_forms(needles: dict[str, bytes], *some: UUID) -> dict[str, bytes]:
    """Return ids as text and in the order they are read in, beside what was to be found."""
    return {
        **needles,
        **{f"{one} as text": str(one).encode() for one in some},
        **{f"{one} in hexadecimal": one.hex.encode() for one in some},
        **{f"{one} as it is read": one.bytes for one in some},
    }


def found(clinic: Clinic, needles: dict[str, bytes]) -> set[str]:
    """Return which of the needles are in a file, or in its name, beside or in the home."""
    return {
        name
        for path in clinic.home.parent.rglob("*")
        if path.is_file()
        for name in found_in(path, needles)
    }


def found_in(path: Path, needles: dict[str, bytes]) -> Iterator[str]:
    """Give which of the needles are in one file."""
    yield from (name for name, needle in needles.items() if needle in str(path).encode())
    if not path.stat().st_size:
        return
    with path.open("rb") as handle, mmap(handle.fileno(), 0, access=ACCESS_READ) as content:
        yield from (name for name, needle in needles.items() if content.find(needle) >= 0)


def settle(clinic: Clinic) -> None:
    """Fold the log into the store's file."""
    with clinic.store.held():
        pass
