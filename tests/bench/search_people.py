"""The people of the lookup bench: a synthetic million with the Febrl originals mixed in."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import uuid_utils.compat as uuid7s

from lib.demo.people import people
from lib.domain.reference import reference_of
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from lib.store import bulk
from lib.store.connection import UnitOfWork
from tests.bench.search_queries import febrl

FILES = ("febrl1", "febrl2")


def made(count: int, seed: int) -> tuple[dict[str, pa.Table], dict[str, dict[str, str]]]:
    """Return the tables, and for each Febrl file the patient of each original's number."""
    tables = people(count, seed)
    originals: dict[str, dict[str, str]] = {}
    for name in FILES:
        rows, codes = _originals(name, tables["patient"], random.Random(seed))  # noqa: S311
        for table, added in (("patient", rows), ("patient_external_id", codes)):
            more = pa.Table.from_pylist(added, schema=_schema(tables[table], added))
            tables[table] = pa.concat_tables([tables[table], more], promote_options="permissive")
        originals[name] = {code["external_id"].split("-")[1]: code["patient_id"] for code in codes}
    return tables, originals


def _schema(table: pa.Table, rows: Sequence[Mapping[str, object]]) -> pa.Schema:
    return pa.schema([table.schema.field(name) for name in rows[0]])


def _originals(
    name: str, others: pa.Table, chance: random.Random
) -> tuple[list[dict[str, object]], list[dict[str, str]]]:
    """Return the originals, each registered on the day of some other patient: mixed in."""
    rows: list[dict[str, object]] = []
    codes = []
    first = others.num_rows + 1
    for row in febrl(name):
        if row["rec_id"].endswith("-org"):
            twin = others.slice(chance.randrange(others.num_rows), 1).to_pylist()[0]
            patient_id = twin["patient_id"][:13] + str(uuid7s.uuid7())[13:]
            rows.append(_patient(row, patient_id, first + len(rows)) | _days(twin))
            codes.append({"system": name, "external_id": row["rec_id"], "patient_id": patient_id})
    return rows, codes


def _days(twin: dict[str, object]) -> dict[str, object]:
    return {name: twin[name] for name in ("registered_on", "created_at", "changed_at")}


def _patient(row: dict[str, str], patient_id: str, number: int) -> dict[str, object]:
    born = row["date_of_birth"]
    return {
        "patient_id": patient_id,
        "reference": reference_of(number),
        "given_names": row["given_name"],
        "family_name": row["surname"],
        "sex": "not_known",
        "born_on": date.fromisoformat(born) if born else None,
        "source": "import",
        "version": 1,
    }


def fill(home: Path, tables: dict[str, pa.Table]) -> Clinic:
    """Make a clinic with these people and return it open."""
    clinic = open_clinic(Settings(home=home))

    def work(unit: UnitOfWork) -> None:
        for name in ("patient", *(name for name in tables if name != "patient")):
            bulk.insert_rows(unit.cursor, name, tables[name])

    clinic.store.transact(work)
    return clinic
