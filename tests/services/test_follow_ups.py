"""Open follow-ups stay what the treatments and visits say, whoever changed them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.details import typed_of
from lib.services import details, imports, merges, unmerging
from lib.services.clinic import Clinic
from lib.services.imports import Order, Source
from lib.services.merging import Wanted
from lib.store import follow_ups
from tests.records import NOW, TODAY, Stock, add_patient, add_stock, add_treatment

SEEN = TODAY - timedelta(days=30)


def due(clinic: Clinic, stock: Stock, days_ago: int = 30) -> UUID:
    on = TODAY - timedelta(days=days_ago)
    patient_id = add_patient(clinic, last_seen_on=on)
    add_treatment(clinic, patient_id, stock, on, follow_up_due_on=TODAY)
    return patient_id


def kept(clinic: Clinic) -> list[tuple[Any, ...]]:
    with clinic.store.reading() as cursor:
        return cursor.execute("SELECT * FROM follow_up ORDER BY treatment_id").fetchall()


def made_anew(clinic: Clinic) -> list[tuple[Any, ...]]:
    clinic.store.transact(lambda unit: follow_ups.rebuild(unit.cursor))
    return kept(clinic)


def test_a_merge_leaves_the_follow_ups_of_one_person_and_an_undo_those_of_two(
    clinic: Clinic, staff: Actor
) -> None:
    stock = add_stock(clinic)
    one, other = due(clinic, stock), due(clinic, stock, days_ago=20)
    before = kept(clinic)
    wanted = Wanted(uuid7s.uuid7(), one, other, reason="Same person", is_confirmed=True)
    done = merges.merge(clinic, staff, wanted, now=NOW, as_of=TODAY)
    assert [row[1] for row in kept(clinic)] == [one]
    assert kept(clinic) == made_anew(clinic)
    unmerging.undo(clinic, staff, done.merge_id, now=NOW + timedelta(hours=1))
    assert kept(clinic) == made_anew(clinic) == before


def test_a_death_that_an_import_tells_of_closes_the_follow_up(
    clinic: Clinic, compliance: Actor
) -> None:
    header = "id,first_name,last_name,date_of_birth,date_of_death\n"
    order = Order()
    alive = Source(f"{header}1,Ann,Lee,01/02/1980,\n".encode())
    imports.run(clinic, compliance, alive, order)
    with clinic.store.reading() as cursor:
        ((patient_id,),) = cursor.execute("SELECT patient_id FROM patient").fetchall()
    add_treatment(clinic, patient_id, add_stock(clinic), SEEN, follow_up_due_on=TODAY)
    assert [row[1] for row in kept(clinic)] == [patient_id]
    dead = Source(f"{header}1,Ann,Lee,01/02/1980,02/11/2026\n".encode())
    imports.run(clinic, compliance, dead, order)
    assert kept(clinic) == made_anew(clinic) == []


def test_a_death_that_somebody_notes_in_the_details_closes_the_follow_up(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = due(clinic, add_stock(clinic))
    about = details.About(patient_id, NOW, TODAY)
    current = details.overview(clinic, staff, about).versions[-1]
    base = typed_of(current)
    dead = {**base, "deceased_on": TODAY.isoformat()}
    change = details.Change(base, dead, "Told by the family", current.version)
    details.change(clinic, staff, about, change)
    assert kept(clinic) == made_anew(clinic) == []
